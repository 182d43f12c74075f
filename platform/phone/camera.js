// The camera, and whoever reads codes in its pictures: the browser itself where it can, else `ean.js`.

import { readPicture } from "./ean.js";

// Kinds of codes that are goods' own.
const FORMATS = ["ean_13", "ean_8", "upc_a"];
// Pause between two pictures, so that the phone stays cool.
const PAUSE_MS = 90;
// Longest side of a picture that is looked at.
const SIDE_MAX = 960;
// The same code again counts after it was out of sight for so long.
const AWAY_MS = 1500;

export class Camera {
    constructor(video, onCode) {
        this.video = video;
        this.onCode = onCode;
        this.last = { text: null, seen: 0, times: 0, told: false };
        this.canvas = document.createElement("canvas");
    }

    /// Opens the camera; throws what the browser says.
    async open() {
        const wish = { video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false };
        this.stream = await navigator.mediaDevices.getUserMedia(wish);
        this.video.srcObject = this.stream;
        await this.video.play();
        this.detector = await browsersOwn();
        this.running = true;
        this.look();
    }

    close() {
        this.running = false;
        this.stream?.getTracks().forEach((track) => track.stop());
        this.video.srcObject = null;
    }

    async look() {
        while (this.running) {
            if (this.video.readyState >= 2 && !document.hidden) {
                const text = await this.read();
                if (text) this.heard(text);
            }
            await new Promise((done) => setTimeout(done, PAUSE_MS));
        }
    }

    async read() {
        if (this.detector) {
            try {
                const found = await this.detector.detect(this.video);
                return found.length === 1 ? plain(found[0].rawValue) : null;
            } catch {
                this.detector = null;
            }
        }
        const { videoWidth: width, videoHeight: height } = this.video;
        const scale = Math.min(1, SIDE_MAX / Math.max(width, height));
        const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
        [this.canvas.width, this.canvas.height] = [w, h];
        const context = this.canvas.getContext("2d", { willReadFrequently: true });
        context.drawImage(this.video, 0, 0, w, h);
        return readPicture(grayOf(context.getImageData(0, 0, w, h).data), w, h);
    }

    // Told once, when two pictures say the same; again when it was away meanwhile.
    heard(text) {
        const now = performance.now();
        if (this.last.text !== text || now - this.last.seen > AWAY_MS) {
            this.last = { text, seen: now, times: 0, told: false };
        }
        this.last.seen = now;
        this.last.times++;
        if (this.last.times >= 2 && !this.last.told) {
            this.last.told = true;
            this.onCode(text);
        }
    }
}

async function browsersOwn() {
    if (!("BarcodeDetector" in window)) return null;
    try {
        const known = await window.BarcodeDetector.getSupportedFormats();
        const formats = FORMATS.filter((format) => known.includes(format));
        return formats.length ? new window.BarcodeDetector({ formats }) : null;
    } catch {
        return null;
    }
}

// A UPC-A as it is printed, whichever way the browser tells it.
function plain(text) {
    return text.length === 13 && text[0] === "0" ? text.slice(1) : text;
}

function grayOf(rgba) {
    const gray = new Uint8Array(rgba.length / 4);
    for (let at = 0; at < gray.length; at++) {
        gray[at] = (rgba[at * 4] * 77 + rgba[at * 4 + 1] * 150 + rgba[at * 4 + 2] * 29) >> 8;
    }
    return gray;
}
