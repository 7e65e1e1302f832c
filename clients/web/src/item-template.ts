import type { Notification } from "@campanile/client";
import { bodyOf, titleOf } from "./texts.js";

/**
 * Draws items with the page's own template: a `<template slot="item">` inside the element. Each item gets a copy of it in
 * the page's document, so the page's styles apply. An element with `data-field="title"` gets that field as text; a field of
 * the content is named `content.room_name`.
 */
export function fillItemTemplate(host: HTMLElement, items: readonly Notification[]): void {
  const template = host.querySelector<HTMLTemplateElement>("template[slot=item]");
  if (!template) return;
  const copies = new Map<string, HTMLElement>();
  for (const copy of host.querySelectorAll<HTMLElement>(":scope > [data-campanile-item]")) {
    copies.set(copy.dataset["campanileItem"]!, copy);
  }
  for (const item of items) {
    const version = `${item.updated_at} ${item.is_read}`;
    const known = copies.get(item.id);
    copies.delete(item.id);
    if (known?.dataset["version"] === version) continue;
    const copy = document.createElement("div");
    copy.slot = `item-${item.id}`;
    copy.dataset["campanileItem"] = item.id;
    copy.dataset["version"] = version;
    copy.append(template.content.cloneNode(true));
    for (const target of copy.querySelectorAll<HTMLElement>("[data-field]")) {
      target.textContent = fieldOf(item, target.dataset["field"]!);
    }
    if (known) known.replaceWith(copy);
    else host.append(copy);
  }
  for (const gone of copies.values()) gone.remove();
}

function fieldOf(item: Notification, name: string): string {
  if (name === "title") return titleOf(item);
  if (name === "body") return bodyOf(item);
  const [first, second] = name.split(".", 2);
  const source = first === "content" ? (item.content as Record<string, unknown>) : (item as Record<string, unknown>);
  const value = source[(first === "content" ? second : first) ?? ""];
  return value === null || value === undefined ? "" : String(value);
}
