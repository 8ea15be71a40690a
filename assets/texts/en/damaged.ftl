# Damaged frames of a track.
damaged-switch = Damaged: { $count }
damaged-hint = Shows damaged frames in a window of their own, as what they are
damaged-title = Damaged frames of { $track }
damaged-waiting = Waiting for the next damaged frame…
damaged-frame = Frame { $sequence }, { $bytes } bytes: { $damage }
damaged-nothing = Nothing of the picture can be made out.
