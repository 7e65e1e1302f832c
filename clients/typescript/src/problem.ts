import type { components } from "./schema.js";

/** The body of an error response (RFC 9457). */
export type Problem = components["schemas"]["Problem"];

/** A call that failed: the server answered with an error, or could not be reached. */
export class CampanileError extends Error {
  override readonly name = "CampanileError";
  /** The HTTP status, or 0 if there was no answer. */
  readonly status: number;
  /** The stable code of the problem, such as `notification_not_found`; `network` if there was no answer. */
  readonly code: string;
  /** The whole problem, if the server sent one. */
  readonly problem: Problem | null;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    facts: { status: number; code: string; problem?: Problem | null; retryAfterMs?: number | null; cause?: unknown },
  ) {
    super(message, { cause: facts.cause });
    this.status = facts.status;
    this.code = facts.code;
    this.problem = facts.problem ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }

  /** Makes the error of a call that got no answer. */
  static network(cause: unknown): CampanileError {
    return new CampanileError("Campanile cannot be reached", { status: 0, code: "network", cause });
  }

  /** Makes the error of an error response. `body` is its parsed JSON, if it has any. */
  static of(response: Response, body: unknown, waitMs: number | null): CampanileError {
    const problem = isProblem(body) ? body : null;
    return new CampanileError(problem?.detail ?? `Campanile answered with status ${response.status}`, {
      status: response.status,
      code: problem?.code ?? `http_${response.status}`,
      problem,
      retryAfterMs: waitMs,
    });
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}
