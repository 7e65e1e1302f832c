/**
 * Stands for `openapi-fetch` in the module: the same calls in an eighth of the size. It writes paths, queries of values and lists,
 * headers and JSON bodies, which is what this API has. What it leaves out are middleware and other ways to write them.
 */
interface Options {
  baseUrl: string;
  fetch(request: Request): Promise<Response>;
}

type Values = Record<string, unknown>;

interface Call extends Omit<RequestInit, "body"> {
  params?: { path?: Values; query?: Values; header?: Values };
  body?: unknown;
}

export default function createClient({ baseUrl, fetch }: Options) {
  const caller =
    (method: string) =>
    async (path: string, { params: { path: parts, query, header } = {}, body, ...init }: Call = {}) => {
      const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(parts?.[name])));
      const url = new URL(baseUrl + filled);
      for (const [name, value] of given(query)) for (const one of [value].flat()) url.searchParams.append(name, String(one));
      const headers = new Headers(init.headers);
      for (const [name, value] of given(header)) headers.set(name, String(value));
      if (body !== undefined) headers.set("Content-Type", "application/json");
      const request = { ...init, method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
      const response = await fetch(new Request(url, request));
      const text = await response.text();
      if (response.ok) return { data: text ? (JSON.parse(text) as unknown) : undefined, response };
      return { error: orText(text), response };
    };
  return { GET: caller("GET"), PUT: caller("PUT"), POST: caller("POST"), DELETE: caller("DELETE") };
}

function given(values: Values = {}) {
  return Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
}

/** The error of a proxy need not be JSON. */
function orText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
