# The remote control of a virtual microphone.
remote-sound-closed = Samples can be disturbed while the microphone is captured.
remote-sound-losses = Losses
remote-sound = Sound
remote-sound-suspend = Suspend by the server
remote-sound-switch-off = Switch off in the mixer
remote-sound-dropout = Dropout
remote-sound-dropout-unreported = Dropout, not reported
remote-sound-xrun = Overrun
remote-sound-silence = Exact zeros
remote-sound-clip = Clip at full scale
remote-sound-clip-below = Clip at −6 dBFS
remote-sound-restart-server = Restart the sound server
