// Takes the pictures of docs/pictures, or of another folder that is named. Run it after a change of how something looks:
// `npm run pictures`.
import { pathToFileURL } from "node:url";
import { Chat } from "./support/chat.mjs";
import { Stage } from "./support/stage.mjs";

const TEXTS = {
  en: [
    ["room_invitation", "Mara invited you to “Mountain trip”", "Twelve people are in the room. The next call is on Saturday at ten."],
    ["order_shipped", "Your order is on its way", "Parcel 4711 arrives on Tuesday between 9 and 12."],
    ["friend_request", "Jonas wants to be your friend"],
    ["security_alert", "New sign-in from Lisbon", "If this was not you, change your password now.", "critical"],
    ["new_message", "Priya", "Did you see the numbers from last week? They look far better than what we expected in spring, and we should talk."],
    ["new_message", "Mara", "See you at eight!"],
  ],
  ar: [
    ["room_invitation", "دعتك مارا إلى «رحلة الجبل»", "اثنا عشر شخصًا في الغرفة."],
    ["friend_request", "يريد يوناس أن يصبح صديقك"],
    ["security_alert", "تسجيل دخول جديد من لشبونة", "إن لم تكن أنت، فغيّر كلمة المرور الآن.", "critical"],
    ["new_message", "بريا", "هل رأيت أرقام الأسبوع الماضي؟ تبدو أفضل بكثير مما توقعنا في الربيع."],
  ],
};
const BUTTONS = { en: { friend_request: ["Accept", "Decline"] }, ar: { friend_request: ["قبول", "رفض"] } };
const folder = process.argv[2] ? pathToFileURL(`${process.argv[2]}/`) : new URL("../../../docs/pictures/", import.meta.url);
const DESKTOP = { width: 620, height: 660 };
const PHONE = { width: 390, height: 700 };

const stage = await Stage.start();
for (const [lang, texts] of Object.entries(TEXTS)) {
  for (const [notification_type, title, body, priority] of texts) {
    const actions = (BUTTONS[lang][notification_type] ?? []).map((title, at) => ({ id: `${at}`, title, link: `https://shop.example.com/${at}` }));
    await stage.send(lang, title, { notification_type, actions, ...(body && { body }), ...(priority && { priority }) });
  }
}

async function take(name, { lang = "en", scheme = "light", viewport = DESKTOP, act = async () => {} }) {
  const context = await stage.context({ colorScheme: scheme, viewport, hasTouch: viewport === PHONE, locale: lang });
  const page = await stage.page(lang, { context, lang, scheme, path: "/picture" });
  // A bar as a page has it, around the element of the tests.
  await page.evaluate((dark) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`:root { background: ${dark ? "#0f1014" : "#e9ebf0"} } body { margin: 0 } h1 { font: 650 18px system-ui; color: ${dark ? "#eee" : "#222"} }
      main { display: flex; align-items: center; justify-content: space-between; padding: 0 16px; background: ${dark ? "#16181d" : "#fff"} }`);
    document.adoptedStyleSheets = [sheet];
    document.querySelector("h1").textContent = "Shop";
  }, scheme === "dark");
  await stage.open(page);
  await page.mouse.move(5, 30);
  await act(page);
  await page.screenshot({ path: new URL(`inbox-${name}.png`, folder).pathname });
  await context.close();
}

await take("light", {});
await take("dark", {
  scheme: "dark",
  act: async (page) => {
    await page.locator(".item").nth(1).hover();
    await page.locator(".more").nth(1).click();
    await page.locator(".menu:popover-open").waitFor();
  },
});
await take("phone", { viewport: PHONE });
await take("rtl", { lang: "ar" });
await take("preferences", {
  act: async (page) => {
    await page.locator(".header button:has(.i-gear)").click();
    await page.locator("form").waitFor();
  },
});
await takeHome("light", { scheme: "light", viewport: { width: 1200, height: 800 } });
await takeHome("dark", { scheme: "dark", viewport: { width: 1200, height: 800 } });
await takeHome("phone", { scheme: "light", viewport: { width: 390, height: 844 } });
await takeChat();
await stage.stop();

/** The example app, as one of two people sees it. */
async function takeChat() {
  const chat = await Chat.start();
  const ada = await chat.signIn("Ada");
  const bob = await chat.signIn("Bob", { viewport: { width: 1000, height: 560 } });
  await chat.write(ada, "Are you coming?");
  await chat.write(bob, "At eight, with bread.");
  await chat.write(ada, "I make the soup!");
  await bob.locator(".badge", { hasText: "2" }).waitFor();
  await bob.locator("button.bell").click();
  await bob.locator(".item", { hasText: "soup" }).waitFor();
  await bob.mouse.move(5, 30);
  await bob.screenshot({ path: new URL("chat-light.png", folder).pathname });
  await chat.stop();
}

/** The first page of `up`, after a newcomer has sent two notifications. */
async function takeHome(name, { scheme, viewport }) {
  const server = await Stage.start();
  const context = await server.context({ colorScheme: scheme, viewport });
  const page = await context.newPage();
  await page.goto(server.server.printed.join("").match(/http:\S+#start=\w+/)[0]);
  for (const title of ["Your order is on its way", "Mara wrote to you"]) {
    await page.locator("[name=title]").fill(title);
    await page.locator("#send-form button").click();
    await page.locator("#list .item", { hasText: title }).waitFor();
    await page.locator("#sent > li", { hasText: title }).locator(".chip", { hasText: "Sent" }).waitFor();
  }
  await page.screenshot({ path: new URL(`home-${name}.png`, folder).pathname });
  await server.stop();
}
