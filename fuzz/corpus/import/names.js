'use strict';
const w = 16 / 9
let video = {aspectRatio: w, advanced: [{height: 0x168}]};
this.stream = await navigator.mediaDevices?.getUserMedia({video: video, audio: !!0});