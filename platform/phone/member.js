// Who the shopper is: head office is told her number once and tells an id and a masked name. The number is kept nowhere.

import { post, tagOf } from "./pay.js";

/// Asks who has a card or a telephone number: {id, name}. Throws the status, 404 when nobody has.
export function ask(store, session, code) {
    const tag = tagOf(session, `guitai aisle member\n${code}`);
    return post("/v1/phone/member", { store, session: session.id, until: session.until, code, tag });
}
