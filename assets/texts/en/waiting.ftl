waiting-switch = Open when the device appears
waiting-switch-tip = A request for which no device is there waits until one is plugged in, instead of failing
waiting-call = Waits for its device. { $reason }
waiting-cancel = Give up
waiting-cancel-tip = The request fails, and nothing is opened when the device appears
