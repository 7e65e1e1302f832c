/** `<campanile-inbox>`: importing this module defines the element. */
import { CampanileInbox } from "./element.js";

export { Campanile, CampanileError, Inbox } from "@campanile/client";
export { CampanileInbox } from "./element.js";
export { registerWords, type Words } from "./words/index.js";

// A page may load the module twice, for instance from two packages.
if (!customElements.get("campanile-inbox")) customElements.define("campanile-inbox", CampanileInbox);

declare global {
  interface HTMLElementTagNameMap {
    "campanile-inbox": CampanileInbox;
  }
}
