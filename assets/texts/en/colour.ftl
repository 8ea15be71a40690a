# Colours of a camera's pictures.
colour-title = Colours
colour-title-tip = How the numbers in the camera's pictures are read. For cameras whose driver reports other colours than they send: washed-out or too dark pictures point to the range, greens and skin that are off to the matrix. It holds for the preview, snapshots and recordings of all tracks of this camera, until it is closed.
colour-range = Colour range
colour-matrix = Colour matrix
colour-range-tip = Whether black is 16 and white 235 (limited), or black 0 and white 255 (full)
colour-matrix-tip = How luma and chroma make red, green and blue; without effect on grey, RGB and Bayer pictures
colour-as-driver = as the driver says
colour-limited = limited
colour-full = full
colour-driver = The driver says: { $range }, { $matrix }.
colour-driver-silent = No frame has come yet.
