event-overrun = Samples of a microphone are missing: the device overran, or its time stamps leapt; the track goes on
event-silence = Digital silence of a microphone, every sample exactly 0, began or ended; it is no mute
