// Keeps the page for the aisle, where there is no network. What is loaded once is served from here; the page itself and the
// prices are asked for anew whenever somebody answers in time.

const KEPT = "go-@build@";
const ASSETS = ["app.js", "basket-code.js", "camera.js", "catalogue.js", "ean.js", "member.js", "pay.js", "qr.js", "sha256.js", "style.css", "icon.svg"]
    .map((name) => `/go/-/${name}`);
const ANSWER_MAX_MS = 4000;
// Pictures of goods that are kept, the newest: at most 5 MB.
const PICTURES_MAX = 120;
const LASTING = ["go-data", "go-pictures"];

self.addEventListener("install", (event) => {
    event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(ASSETS)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
    const old = (name) => name.startsWith("go-") && name !== KEPT && !LASTING.includes(name);
    event.waitUntil(caches.keys()
        .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
        .then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
    const { request } = event, url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== location.origin) return;
    if (url.pathname.startsWith("/go/-/")) event.respondWith(fromHere(request));
    else if (url.pathname.startsWith("/v1/phone/pictures/")) event.respondWith(picture(request));
    else if (url.pathname.startsWith("/go/") || ["/v1/phone/catalogue", "/v1/phone/words"].includes(url.pathname)) {
        event.respondWith(fromThere(request, url.pathname.startsWith("/go/") ? url.pathname : request.url));
    }
});

async function fromHere(request) {
    return (await caches.match(request, { cacheName: KEPT })) || fetch(request);
}

// What a picture's name says never changes. What the shopper has seen stays for the aisle; the oldest make room.
async function picture(request) {
    const kept = await caches.open("go-pictures");
    const known = await kept.match(request);
    if (known) return known;
    const response = await fetch(request);
    if (response.ok) {
        await kept.put(request, response.clone());
        const all = await kept.keys();
        await Promise.all(all.slice(0, Math.max(0, all.length - PICTURES_MAX)).map((old) => kept.delete(old)));
    }
    return response;
}

// `key`: what is kept of a page does not depend on the query behind its address.
async function fromThere(request, key) {
    const kept = await caches.open("go-data");
    const asked = fetch(request).then((response) => {
        if (response.ok) return kept.put(key, response.clone()).then(() => response);
        return response;
    });
    const late = new Promise((done) => setTimeout(done, ANSWER_MAX_MS));
    const first = await Promise.race([asked.catch(() => null), late]);
    if (first && (first.ok || first.status === 404)) return first;
    const known = await kept.match(key);
    return known || asked;
}
