import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { type IdempotencyEntry, idempotencyKeyQuery } from "../../api/developers";
import { Card } from "../../components/Card";
import { DateTime, useNow } from "../../components/DateTime";
import { KeyValue } from "../../components/KeyValue";
import { EmptyState, QueryView } from "../../components/States";
import { StatusBadge } from "../../components/StatusBadge";
import { SearchBox } from "../../components/table/Filters";
import { useFilters } from "../../components/table/list";
import { toWords } from "../../lib/format";
import { formatDuration } from "../../lib/time";
import { keyState, readScope, toneOf } from "./answers";

/** As the API takes them: visible ASCII. */
const KEY = /^[!-~]{1,255}$/;

/** What became of an idempotency key. */
export function Idempotency() {
  const { filters, setFilters } = useFilters(["key"]);

  function search(text: string): string | null {
    if (text !== "" && !KEY.test(text)) return "A key is 1 to 255 visible ASCII characters.";
    setFilters({ key: text });
    return null;
  }

  return (
    <div className="stack">
      <SearchBox
        label="Idempotency key"
        placeholder="Idempotency-Key of a request"
        value={filters.key ?? ""}
        onSearch={search}
      />
      {filters.key ? (
        <Inspection wanted={filters.key} />
      ) : (
        <EmptyState title="Enter an idempotency key.">
          It tells which request came first, how it was answered and until when that answer is kept.
        </EmptyState>
      )}
    </div>
  );
}

function Inspection({ wanted }: { wanted: string }) {
  const entries = useQuery(idempotencyKeyQuery(wanted));
  return (
    <QueryView query={entries} what="idempotency key" lines={6}>
      {({ data }) =>
        data.length === 0 ? (
          <EmptyState title="This key is not in use.">
            No request of the last 24 hours took effect with <span className="code">{wanted}</span>.
          </EmptyState>
        ) : (
          <div className="stack">
            {data.map((entry) => (
              <Entry key={entry.scope} entry={entry} />
            ))}
          </div>
        )
      }
    </QueryView>
  );
}

function Entry({ entry }: { entry: IdempotencyEntry }) {
  const now = useNow(1_000);
  const { state, next, secondsLeft } = keyState(entry, now);
  const { mode, route } = readScope(entry.scope);
  return (
    <Card title={route} actions={<StatusBadge status={state} />}>
      <KeyValue
        items={[
          [
            "First request",
            <Link
              key="request"
              to={`/developers?tab=requests&request_id=${encodeURIComponent(entry.request_id)}`}
              className="code"
            >
              {entry.request_id}
            </Link>,
          ],
          ["Sent", entry.created_at && <DateTime key="sent" value={entry.created_at} exact />],
          [
            "First answer",
            entry.status && <StatusBadge key="answer" status={String(entry.status)} tone={toneOf(entry.status)} />,
          ],
          ["Mode", mode && toWords(mode)],
          ["Next request", next],
          ["Expires", entry.expires_at && <DateTime key="expires" value={entry.expires_at} exact />],
          [
            "Kept for",
            secondsLeft !== null && secondsLeft > 0 && (
              <span key="left" className="number">
                {formatDuration(secondsLeft)}
              </span>
            ),
          ],
        ]}
      />
    </Card>
  );
}
