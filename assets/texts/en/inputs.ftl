# Inputs of a camera device.
inputs-title = inputs
inputs-tip = What the device takes its pictures from. Its modes are those of the chosen input; the device keeps the choice.
inputs-in-use = Another input can be chosen only while nothing captures from the device: stop its tracks first.
inputs-takes = Takes { $list }.
inputs-release = release
inputs-signal = Signal that the input is set to
inputs-signal-none = no signal set
inputs-signal-detect = as detected
inputs-signal-detected = as detected: { $signal }
inputs-signal-undetected = as detected (now: { $why })
