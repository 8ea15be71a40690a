# Two backends on one camera.
compare-open = Compare backends…
compare-tip = What V4L2 and nokhwa each list of this camera, and what each delivers in a mode that both have, for 3 s each
compare-no-nokhwa = This build is without nokhwa: there is nothing to compare with.
compare-in-use = The camera is in use: stop its tracks first.
compare-title = Backends on { $device }
compare-running = V4L2 and nokhwa are asked and measured in turn…
compare-cancel = Cancel
compare-failed = The comparison did not succeed:
compare-copy = Copy
compare-not-started = The backends of { $device } cannot be compared, since the program does not start a second time ({ $error }): run capture-lab compare in a terminal.
