// The HTTP interface, as scripts see it.

/** What the service, or the way to it, says went wrong. */
export class Refusal extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** :throws Refusal: with the service's own words, or code `unreachable`. */
export async function call(path, { body = null, signal = null } = {}) {
  const options = { signal, headers: { Accept: "application/json" } };
  if (body !== null) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  let content;
  try {
    response = await fetch(path, options);
    content = await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(response?.status ?? 0, "unreachable", String(error.message));
  }
  if (!response.ok) {
    const told = content?.error ?? {};
    throw new Refusal(response.status, String(told.code ?? "refused"), String(told.message ?? response.statusText));
  }
  return content;
}

/** All documents of the index, page after page. */
export async function documents(signal = null) {
  const found = [];
  for (let next = "/v1/documents?limit=500"; next; ) {
    const page = await call(next, { signal });
    found.push(...page.documents);
    next = page.next;
  }
  return found;
}

export function addressOf(symbol) {
  return `/documents/${encodeURI(symbol).replace(/[?#]/g, encodeURIComponent)}`;
}

/** The paragraph of a record or citation, opened with its quote marked. */
export function quoteAddress(quoted) {
  const [path, local] = quoted.url.split("#");
  return `${path}?mark=${quoted.language}:${quoted.start}-${quoted.end}#${local}`;
}

/** Where the organisation keeps the text itself. */
export function officialAddress(symbol, language) {
  return `https://docs.un.org/${language}/${encodeURI(symbol).replace(/[?#]/g, encodeURIComponent)}`;
}
