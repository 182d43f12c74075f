// The page: a basket, a camera, a code. Everything but loading prices and paying works without a network.

import { write, LINES_MAX } from "./basket-code.js";
import { Camera } from "./camera.js";
import { Catalogue } from "./catalogue.js";
import { draw, path } from "./qr.js";
import * as member from "./member.js";
import * as pay from "./pay.js";

// Pieces of one thing.
const PIECES_MAX = 99;
// Seconds before its end at which a session is made anew, when nothing was shown of it.
const RENEW_S = 3600;
const TOLD_MS = 4000;
// What the catalogue says of codes that are not added, and the words for it.
const NOT_ADDED = ["misread", "unknown", "not-here", "weigh-first"];

// Neither provider's page opens inside WeChat: paying goes on in the phone's own browser, and a basket does not come along.
const IN_WECHAT = /MicroMessenger/i.test(navigator.userAgent);

const store = decodeURIComponent(location.pathname.split("/")[2]);
const place = `go:${store}`;
const $ = (id) => document.getElementById(id);
const now = () => Math.floor(Date.now() / 1000) + (state.skew || 0);

let state = {
    lines: [], sequence: 0, changed: true, session: null, paying: null, exit: null, member: null, language: null, skew: 0,
};
let words = {}, catalogue = null, camera = null, stopAsking = null, awake = null, told = null;
// Pictures that are shown, by their names: a row that is drawn anew takes its picture along.
const pictures = new Map();

// ---- what is kept over a reload

function restore() {
    try {
        Object.assign(state, JSON.parse(localStorage.getItem(place)) || {});
    } catch {
        // A storage that is closed, or holds something else: an empty basket.
    }
}

function keep() {
    try {
        localStorage.setItem(place, JSON.stringify(state));
    } catch {
        // Private windows may keep nothing; the page goes on without.
    }
}

// ---- words

function say(key, gaps = {}) {
    return (words[`phone-${key}`] || "").replace(/\{(\w+)\}/g, (whole, name) => gaps[name] ?? whole);
}

function preferred() {
    const tag = state.language || navigator.language || "en";
    if (/^zh-(TW|HK|MO|Hant)/i.test(tag)) return "zh-TW";
    return /^zh/i.test(tag) ? "zh-CN" : "en";
}

async function speak(tag) {
    const answer = await fetch(`/v1/phone/words?lang=${tag}`);
    words = (await answer.json()).words;
    document.documentElement.lang = tag;
    $("language").value = tag;
    document.querySelectorAll("[data-say]").forEach((node) => { node.textContent = words[node.dataset.say] || ""; });
    document.querySelectorAll("[data-hint]").forEach((node) => {
        node.placeholder = words[node.dataset.hint] || "";
        node.setAttribute("aria-label", node.placeholder);
    });
    document.title = say("title");
    drawMember();
    rest();
}

function nameOf(line) {
    return preferred() === "en" && line.nameEn ? line.nameEn : line.name;
}

// ---- views

function show(view) {
    for (const id of ["shop", "how", "code", "pay", "wait"]) $(id).hidden = id !== view;
    $("foot").hidden = view !== "shop" || state.lines.length === 0;
    if (view !== "shop") closeCamera();
    if (view !== "pay" && stopAsking) {
        stopAsking();
        stopAsking = null;
    }
    if (view === "code") stayAwake();
    else awake?.release().catch(() => {});
    window.scrollTo(0, 0);
}

async function stayAwake() {
    try {
        awake = await navigator.wakeLock?.request("screen");
    } catch {
        // The battery is low; the shopper touches the screen herself.
    }
}

// What has just happened stands where it said what to do, so that nothing below it jumps.
function tell(text, odd) {
    $("told").textContent = text;
    $("told").className = odd ? "told now odd" : "told now";
    clearTimeout(told);
    told = setTimeout(rest, odd ? TOLD_MS * 2 : TOLD_MS);
}

function rest() {
    $("told").className = "told";
    $("told").textContent = say($("naming").hidden ? "aim" : "member-aim");
}

function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
}

/// Where a picture of goods is.
const pictureAt = (name) => `/v1/phone/pictures/${name}?store=${encodeURIComponent(store)}`;

// A picture, or the first letter of the name where there is none, or no network to fetch it.
function tile(line, name) {
    const tint = [...line.code].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6;
    const node = element("span", { class: `tile t${tint}`, "aria-hidden": "true" }, [...name][0] || "?");
    if (!line.picture) return node;
    const known = pictures.get(line.picture);
    const picture = known || element("img", { src: pictureAt(line.picture), alt: "" });
    if (!known) {
        picture.addEventListener("error", () => {
            pictures.delete(line.picture);
            picture.remove();
        });
        pictures.set(line.picture, picture);
    }
    node.append(picture);
    return node;
}

const pieces = () => state.lines.reduce((sum, line) => sum + line.thousandths / 1000, 0);
const total = () => state.lines.reduce((sum, line) => sum + amount(line), 0);
const amount = (line) => Math.round(line.price * line.thousandths / 1000);

function drawBasket(newest) {
    const rows = state.lines.map((line, at) => row(line, at, line.code === newest)).reverse();
    $("lines").replaceChildren(...rows);
    $("empty").hidden = state.lines.length > 0;
    $("foot").hidden = $("shop").hidden || state.lines.length === 0;
    $("pieces").textContent = say("pieces", { count: pieces() });
    $("total").textContent = catalogue.money(total());
}

function row(line, at, isNew) {
    const name = nameOf(line);
    const step = (sign, by, key) => {
        const button = element("button", { type: "button", "aria-label": `${say(key)}: ${name}` }, sign);
        button.addEventListener("click", () => change(at, by));
        return button;
    };
    const count = line.thousandths / 1000;
    const less = line.fixed || count === 1 ? step("×", -count, "remove") : step("−", -1, "less");
    const stepper = element("div", { class: "stepper" }, less, element("output", {}, String(count)));
    if (!line.fixed) stepper.append(step("+", 1, "more"));
    const each = count > 1 ? say("each", { amount: catalogue.money(line.price) }) : "";
    const below = [each, line.adults ? say("age") : ""].filter(Boolean);
    return element("li", isNew ? { class: "new" } : {},
        tile(line, name),
        element("span", { class: "name" }, name),
        element("span", { class: "cost" }, catalogue.money(amount(line)), element("small", {}, below.join(" · "))), stepper);
}

// ---- the basket

function add(text) {
    const found = catalogue.find(text);
    if (NOT_ADDED.includes(found.kind)) {
        navigator.vibrate?.([60, 60, 60]);
        const name = found.name ? nameOf(found) : "";
        return tell(say(found.kind, { code: text.trim(), name }), true);
    }
    const at = state.lines.findIndex((line) => line.code === found.code && !line.fixed);
    if (at >= 0) {
        if (state.lines[at].thousandths >= PIECES_MAX * 1000) return tell(say("too-many", { count: PIECES_MAX }), true);
        state.lines.push(state.lines.splice(at, 1)[0]);
        state.lines.at(-1).thousandths += 1000;
    } else {
        if (state.lines.length >= LINES_MAX) return tell(say("full", { count: LINES_MAX }), true);
        const { code, name, nameEn, price, picture, adults, atKiosk, fixed } = found;
        state.lines.push({ code, name, nameEn, price, picture, adults, atKiosk, fixed, thousandths: 1000 });
    }
    navigator.vibrate?.(40);
    touched(found.code);
    tell(`${nameOf(found)}  ${catalogue.money(found.price)}`);
}

function change(at, by) {
    const line = state.lines[at], after = line.thousandths + by * 1000;
    if (after > PIECES_MAX * 1000) return tell(say("too-many", { count: PIECES_MAX }), true);
    if (after <= 0) state.lines.splice(at, 1);
    else line.thousandths = after;
    touched(line.code);
}

function touched(newest) {
    state.changed = true;
    keep();
    drawBasket(newest);
}

function beginAnew() {
    Object.assign(state, { lines: [], changed: true, paying: null, exit: null });
    keep();
    drawBasket();
    show("shop");
}

/// The basket as a signed text; another one after every change.
function basketText() {
    if (state.changed) {
        state.sequence++;
        state.shown = write(store, state.session, state.sequence, now(), state.lines, state.member?.id);
        state.changed = false;
        keep();
    }
    return state.shown;
}

// ---- sessions and prices

async function fetchSession() {
    const answer = await fetch("/v1/phone/session", {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ store }),
    });
    if (answer.status === 404) throw new Error("closed");
    if (!answer.ok) throw new Error("busy");
    const { session, until, secret, at, name, families } = await answer.json();
    const skew = at - Math.floor(Date.now() / 1000);
    Object.assign(state, { session: { id: session, until, secret }, name, families, skew, sequence: 0, changed: true });
    keep();
}

const sessionEndsIn = () => (state.session ? state.session.until - now() : 0);

async function fetchGoods() {
    const answer = await fetch(`/v1/phone/catalogue?store=${encodeURIComponent(store)}`);
    if (answer.status === 404) throw new Error("closed");
    if (!answer.ok) throw new Error("busy");
    catalogue = new Catalogue(await answer.json());
    for (const line of state.lines) {
        const found = catalogue.find(line.code);
        if (found.kind === "goods") Object.assign(line, { price: found.price, name: found.name, picture: found.picture });
    }
}

function network() {
    const away = !navigator.onLine;
    $("offline").hidden = !away;
    $("prices-of").textContent = away && catalogue ? say("old-prices", { time: clock(catalogue.data.at) }) : "";
    const seen = state.lines.some((line) => line.atKiosk), inside = IN_WECHAT && (state.families || []).length > 0;
    $("inside").hidden = !inside;
    $("pay-not").textContent = away ? say("offline-pay") : say("pay-not-these");
    $("pay-not").hidden = inside || (!away && !seen);
    for (const id of ["wechat", "alipay"]) $(id).disabled = away || seen || inside;
}

const clock = (seconds) => new Date(seconds * 1000)
    .toLocaleTimeString(preferred(), { hour: "2-digit", minute: "2-digit", hour12: false });

// ---- the camera

async function openCamera() {
    if (!navigator.mediaDevices?.getUserMedia) return cameraFails("camera-none");
    camera = new Camera($("video"), (text) => {
        document.querySelector(".finder").classList.add("seen");
        setTimeout(() => document.querySelector(".finder").classList.remove("seen"), 600);
        if ($("naming").hidden) add(text);
        else identify(text);
    });
    try {
        await camera.open();
        for (const id of ["video", "frame"]) $(id).hidden = false;
        $("begin").hidden = true;
    } catch (error) {
        camera = null;
        cameraFails(error.name === "NotAllowedError" ? "camera-refused" : "camera-none");
    }
}

function cameraFails(key) {
    $("begin-words").textContent = say(key);
    $("begin-words").hidden = false;
    typing(true);
}

// One thing is asked for at a time: the code of goods, or who she is.
function typing(open) {
    $("typing").hidden = !open;
    $("naming").hidden = true;
    $("ways").hidden = open;
    rest();
}

function naming(open) {
    $("naming").hidden = !open;
    $("typing").hidden = true;
    $("ways").hidden = open;
    $("named").value = "";
    rest();
}

function closeCamera() {
    camera?.close();
    camera = null;
    for (const id of ["video", "frame"]) $(id).hidden = true;
    $("begin").hidden = false;
}

// ---- the member

function drawMember() {
    const known = state.member;
    $("member-words").textContent = known ? known.name || say("member") : say("member");
    $("member").setAttribute("aria-label", known ? `${say("member")}: ${known.name}` : say("member"));
    $("member").classList.toggle("known", Boolean(known));
    $("member-forget").hidden = !known;
}

function become(known) {
    state.member = known;
    state.changed = true;
    keep();
    naming(false);
    drawMember();
}

// Her number goes to head office and nowhere else; what is kept is an id and a masked name.
async function identify(code) {
    if (!navigator.onLine) return memberFails("member-offline");
    try {
        if (sessionEndsIn() < 60) await fetchSession();
        const { id, name } = await member.ask(store, state.session, code.trim());
        become({ id, name });
        navigator.vibrate?.(40);
        tell(say("member-hello", { name }));
    } catch (error) {
        if (error.message === "404") memberFails("member-unknown");
        else if (error.message === "503") memberFails("busy");
        else memberFails("member-offline");
    }
}

function memberFails(key) {
    navigator.vibrate?.([60, 60, 60]);
    tell(say(key), true);
}

// ---- checking out

function showCode(text, title, hint, done) {
    const rows = draw(text), quiet = 4, size = rows.length + 2 * quiet;
    $("qr").setAttribute("viewBox", `${-quiet} ${-quiet} ${size} ${size}`);
    $("qr").setAttribute("aria-label", title);
    $("qr").dataset.text = text;
    $("qr").firstElementChild.setAttribute("d", path(rows));
    $("code-title").textContent = title;
    $("code-hint").textContent = hint;
    $("code-member").textContent = state.member ? `${say("member")} · ${state.member.name}` : "";
    $("code-member").hidden = !state.member;
    $("code-done").textContent = done;
    show("code");
}

function toKiosk() {
    if (sessionEndsIn() < 60) return renew();
    const text = basketText();
    if (!text) return tell(say("full", { count: LINES_MAX }), true);
    $("code-pieces").textContent = say("pieces", { count: pieces() });
    $("code-total").replaceChildren(element("small", {}, say("about")), ` ${catalogue.money(total())}`);
    document.querySelector("#code .back").hidden = false;
    showCode(text, say("show"), say("show-hint"), say("handed-over"));
}

async function renew() {
    try {
        await fetchSession();
        show("how");
    } catch {
        show("shop");
        tell(say("expired"), true);
    }
}

async function payHere(family) {
    if (sessionEndsIn() < 60) return renew();
    payView("pay-asking", {});
    try {
        const stands = await pay.begin(store, basketText(), family);
        state.paying = { order: stands.order, family };
        keep();
        payStands(stands);
        stopAsking = pay.follow(state.session, stands.order, payStands);
    } catch (error) {
        const sure = /^4/.test(error.message);
        if (sure) return payView("pay-declined", { hint: "pay-declined-hint", still: true, back: true });
        // Perhaps it was opened: the same basket is asked for again, and opens nothing twice.
        payView("pay-doubt", { hint: "busy", still: true, back: true });
    }
}

function payView(title, { gaps = {}, hint, url, cancel, still, back }) {
    if ($("pay").hidden) show("pay");
    $("pay-title").textContent = say(title, gaps);
    $("pay-hint").textContent = hint ? say(hint) : "";
    $("pay-spin").classList.toggle("still", Boolean(still));
    $("pay-open").hidden = !url;
    if (url) {
        $("pay-open").href = url;
        $("pay-open").textContent = say("pay-open", gaps);
    }
    $("pay-cancel").hidden = !cancel;
    $("pay-back").hidden = !back;
}

function payStands(stands) {
    const gaps = { amount: stands.amount === undefined ? "" : catalogue.money(stands.amount) };
    switch (stands.state) {
        case "waiting":
            return payView("pay-waiting", { gaps, hint: "pay-open-hint", url: stands.url, cancel: true });
        case "stopping":
            return payView("pay-stopping", { gaps });
        case "paid":
            // Told twice, it is taken once; what was paid for is no basket any more.
            if (!state.exit) {
                state.exit = { text: stands.exit, until: stands.until, amount: stands.amount, pieces: pieces() };
            }
            Object.assign(state, { paying: null, lines: [], changed: true });
            keep();
            drawBasket();
            return showExit();
        case "declined":
            state.paying = null;
            // The next try is another payment.
            state.changed = true;
            keep();
            return payView("pay-declined", { hint: "pay-declined-hint", still: true, back: true });
        case "away":
            return payView("pay-waiting", { hint: "offline-pay" });
        default:
            return payView("pay-doubt", { gaps, hint: "pay-doubt-hint" });
    }
}

function showExit() {
    const { text, until, amount: paid, pieces: count } = state.exit;
    $("code-pieces").textContent = say("pieces", { count });
    $("code-total").textContent = catalogue.money(paid);
    document.querySelector("#code .back").hidden = true;
    showCode(text, say("exit"), say("exit-hint", { time: clock(until) }), say("exit-done"));
}

// ---- beginning

function wire() {
    $("language").addEventListener("change", async (event) => {
        state.language = event.target.value;
        keep();
        await speak(preferred());
        drawBasket();
        network();
    });
    $("start").addEventListener("click", openCamera);
    $("type").addEventListener("click", () => {
        typing(true);
        $("typed").focus();
    });
    $("typing-close").addEventListener("click", () => typing(false));
    $("typing").addEventListener("submit", (event) => {
        event.preventDefault();
        if ($("typed").value.trim()) add($("typed").value);
        $("typed").value = "";
    });
    $("member").addEventListener("click", () => {
        naming(true);
        $("named").focus();
    });
    $("naming-close").addEventListener("click", () => naming(false));
    $("member-forget").addEventListener("click", () => become(null));
    $("naming").addEventListener("submit", (event) => {
        event.preventDefault();
        if ($("named").value.trim()) identify($("named").value);
    });
    $("checkout").addEventListener("click", () => {
        $("families").hidden = !(state.families || []).length;
        for (const id of ["wechat", "alipay"]) $(id).hidden = !(state.families || []).includes(id);
        network();
        show("how");
    });
    $("to-kiosk").addEventListener("click", toKiosk);
    for (const id of ["wechat", "alipay"]) $(id).addEventListener("click", () => payHere(id));
    $("code-done").addEventListener("click", () => {
        // What was paid for is not put out of sight by a slip of the finger.
        if (!state.exit || window.confirm(say("exit-sure"))) beginAnew();
    });
    $("pay-cancel").addEventListener("click", () => {
        payView("pay-stopping", {});
        pay.giveUp(state.session, state.paying.order).then(payStands).catch(() => {});
    });
    document.querySelectorAll(".back").forEach((button) => button.addEventListener("click", () => {
        drawBasket();
        show("shop");
    }));
    $("again").addEventListener("click", begin);
    window.addEventListener("online", () => {
        network();
        if (sessionEndsIn() < RENEW_S && !state.paying) fetchSession().catch(() => {});
    });
    window.addEventListener("offline", network);
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden && !$("code").hidden) stayAwake();
    });
}

async function begin() {
    $("again").hidden = true;
    try {
        await speak(preferred());
        $("wait-words").textContent = say("loading");
        const fresh = sessionEndsIn() < RENEW_S && !state.paying && !state.exit ? fetchSession() : null;
        await fetchGoods();
        // Without a network an older session does as long as it lasts.
        await fresh?.catch((error) => { if (!state.session) throw error; });
    } catch (error) {
        $("wait").querySelector(".spin").classList.add("still");
        $("wait-words").textContent = say(error.message === "closed" ? "closed" : error.message === "busy" ? "busy" : "load-failed");
        $("again").hidden = error.message === "closed";
        return;
    }
    $("store-name").textContent = state.name || store;
    if (state.member?.name) tell(say("member-hello", { name: state.member.name }));
    if (state.exit && state.exit.until < now()) state.exit = null;
    network();
    drawBasket();
    if (state.exit) return showExit();
    if (state.paying) {
        payView("pay-waiting", { hint: "pay-waiting-hint" });
        stopAsking = pay.follow(state.session, state.paying.order, payStands);
        return;
    }
    show("shop");
}

// What a page loads before its worker works is kept by hand, so that one visit is enough.
async function keepForTheAisle() {
    if (!navigator.serviceWorker) return;
    await navigator.serviceWorker.register("/go/sw.js", { scope: "/go/" });
    await navigator.serviceWorker.ready;
    const kept = await caches.open("go-data");
    const words = ["zh-CN", "zh-TW", "en"].map((tag) => `/v1/phone/words?lang=${tag}`);
    const shown = state.lines.filter((line) => line.picture).map((line) => fetch(pictureAt(line.picture)));
    await Promise.allSettled(shown);
    const all = [location.pathname, `/v1/phone/catalogue?store=${encodeURIComponent(store)}`, ...words];
    await Promise.all(all.map(async (one) => {
        const answer = await fetch(one);
        if (answer.ok) await kept.put(one, answer);
    }));
    document.documentElement.dataset.kept = "1";
}

document.querySelector("link[rel=manifest]").href = `/go/manifest.webmanifest?store=${encodeURIComponent(store)}`;
restore();
wire();
begin();
keepForTheAisle().catch(() => {});
