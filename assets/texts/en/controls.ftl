event-configurationchange = Settings or abilities of a track changed from outside, and not by applyConstraints
event-control = A control of a camera was set by the tester, or changed by others
