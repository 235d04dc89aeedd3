"""`Idempotency-Key` on POST: one key does one thing, however often it is sent.

Only successes are kept. A refused request changed nothing, so its key may be tried again.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.wrappers import Request

from connectors import exact_json
from connectors.sandbox.storage import Store
from connectors.sandbox.system import Answer, Problem, Refusal

HEADER = "Idempotency-Key"
REPLAY_HEADER = "Idempotent-Replay"


class IdempotencyKeys:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._under_way: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def held(self, key: str | None) -> Iterator[None]:
        """Keep the key for one request at a time. Raises Refusal 409."""
        if key is None:
            yield
            return
        with self._lock:
            if key in self._under_way:
                problem = Problem(f"The first request with the key {key} is still under way", (HEADER,))
                raise Refusal(409, "Request Under Way", problem)
            self._under_way.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._under_way.discard(key)

    def earlier_answer(self, key: str | None, fingerprint: str) -> Answer | None:
        """What the key gave before. Raises Refusal 422 when it came with another request."""
        rows = self._store.execute("select * from answers where idempotency_key = ?", key) if key else []
        if not rows:
            return None
        if rows[0]["fingerprint"] != fingerprint:
            problem = Problem(f"The key {key} was used before, with another request", (HEADER,))
            raise Refusal(422, "Idempotency Key Reused", problem)
        return Answer(rows[0]["status"], exact_json.loads(rows[0]["body"]))

    def keep(self, key: str | None, fingerprint: str, answer: Answer) -> None:
        """To be called in the transaction of the change itself."""
        if key is not None:
            body = exact_json.dumps(answer.body)
            self._store.execute("insert into answers values (?, ?, ?, ?)", key, fingerprint, answer.status, body)


def key_of(request: Request) -> str | None:
    """The key that is honoured: only POST needs one, the other methods repeat safely by nature."""
    return request.headers.get(HEADER) if request.method == "POST" else None


def fingerprint_of(request: Request, body: object) -> str:
    """The same for requests that mean the same, however their JSON is spaced or ordered."""
    text = f"{request.method} {request.full_path} {exact_json.dumps(body, sort_keys=True)}"
    return hashlib.sha256(text.encode()).hexdigest()
