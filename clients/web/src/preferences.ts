import type { Campanile, CampanileError, Preferences } from "@campanile/client";
import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from "lit";
import { readable } from "./texts.js";
import type { Words } from "./words/index.js";

/** The view of preferences and quiet hours: loads them, and saves what its form says. */
export class PreferencesView implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #preferences: Preferences | null = null;
  #error: CampanileError | null = null;
  #isSaving = false;
  #isSaved = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {}

  async load(client: Campanile): Promise<void> {
    await this.#try(async () => {
      this.#preferences = await client.preferences();
    });
  }

  render(client: Campanile, types: readonly string[], words: Words): TemplateResult {
    const preferences = this.#preferences;
    if (!preferences) return this.#error ? this.#failure(client, words) : html`<p class="note" role="status">${words.loading}</p>`;
    const { notification_types: chosen, mandatory_types: mandatory, quiet_hours: quiet } = preferences;
    const all = [...new Set([...types, ...Object.keys(chosen), ...mandatory])].sort();
    const save = (event: Event) => this.#save(event, client);
    return html`<form part="preferences" @submit=${save} @input=${() => this.#touched()}>
      <fieldset>
        <legend>${words.channels}</legend>
        ${toggle("push", words.push, preferences.push_notifications)}
        ${toggle("active", words.pushWhileActive, preferences.push_while_active)}
        ${toggle("email", words.email, preferences.email_notifications)}
      </fieldset>
      ${all.length === 0
        ? nothing
        : html`<fieldset>
            <legend>${words.types}</legend>
            ${all.map((type) => {
              const isMandatory = mandatory.includes(type);
              return toggle(`type:${type}`, readable(type), isMandatory || chosen[type] !== false, isMandatory && words.alwaysOn);
            })}
          </fieldset>`}
      <fieldset>
        <legend class="sr">${words.quietHours}</legend>
        ${toggle("quiet", words.quietHours, quiet.enabled, words.quietHoursHint, false)}
        <div class="times">
          <label>${words.from}<input type="time" name="start" required .value=${quiet.start_time} /></label>
          <label>${words.to}<input type="time" name="end" required .value=${quiet.end_time} /></label>
        </div>
        <label class="zone">${words.timezone}<select name="zone">
          ${zones(quiet.timezone).map((zone) => html`<option ?selected=${zone === (quiet.timezone ?? ownZone())}>${zone}</option>`)}
        </select></label>
      </fieldset>
      <div class="submit">
        <span role="status" class=${this.#error ? "failed" : ""}>
          ${this.#error ? (this.#error.problem?.errors?.[0]?.detail ?? words.failedChange) : this.#isSaved ? words.saved : nothing}
        </span>
        <button class="primary" part="button" ?disabled=${this.#isSaving}>${words.save}</button>
      </div>
    </form>`;
  }

  #failure(client: Campanile, words: Words): TemplateResult {
    return html`<div class="state" role="alert">
      <p>${words.failedLoad}</p>
      <button class="primary" part="button" @click=${() => this.load(client)}>${words.retry}</button>
    </div>`;
  }

  #touched(): void {
    this.#isSaved = false;
    this.#host.requestUpdate();
  }

  async #save(event: Event, client: Campanile): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const before = this.#preferences;
    if (!before) return;
    // The tenant's rules are shown to users, and not theirs to send.
    const { debounce: _debounce, throttle: _throttle, mandatory_types: _mandatory, ...own } = before;
    const types = { ...before.notification_types };
    for (const input of (event.target as HTMLFormElement).querySelectorAll<HTMLInputElement>("input[name^='type:']:enabled")) {
      const type = input.name.slice("type:".length);
      // Types are on unless they are switched off, so only what differs is stored.
      if (!input.checked || type in types) types[type] = input.checked;
    }
    this.#isSaving = true;
    await this.#try(async () => {
      this.#preferences = await client.savePreferences({
        ...own,
        push_notifications: form.has("push"),
        push_while_active: form.has("active"),
        email_notifications: form.has("email"),
        notification_types: types,
        quiet_hours: {
          enabled: form.has("quiet"),
          start_time: String(form.get("start")),
          end_time: String(form.get("end")),
          timezone: String(form.get("zone")),
        },
      });
      this.#isSaved = true;
    });
    this.#isSaving = false;
    this.#host.requestUpdate();
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.#error = null;
    this.#isSaved = false;
    this.#host.requestUpdate();
    try {
      await work();
    } catch (error) {
      this.#error = error as CampanileError;
    }
    this.#host.requestUpdate();
  }
}

function toggle(name: string, label: string, isOn: boolean, hint: string | false = false, isFixed = hint !== false): TemplateResult {
  return html`<label class="toggle">
    <span>${label}${hint ? html`<small>${hint}</small>` : nothing}</span>
    <input type="checkbox" role="switch" name=${name} .checked=${isOn} ?disabled=${isFixed} />
  </label>`;
}

function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function zones(current: string | null | undefined): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return [...new Set([ownZone(), "UTC", ...(current ? [current] : []), ...known])];
}
