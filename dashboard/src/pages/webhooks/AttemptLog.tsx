import type { Attempt, DeliveryDetail } from "../../api/deliveries";
import { DateTime } from "../../components/DateTime";
import { Json } from "../../components/Json";
import { KeyValue } from "../../components/KeyValue";
import { EmptyState } from "../../components/States";
import { StatusBadge } from "../../components/StatusBadge";
import { formatCount } from "../../lib/format";
import styles from "./AttemptLog.module.css";
import { Timings } from "./Timings";
import { errorWords, lastAnswer } from "./words";

/** Each attempt, the latest first and open. */
export function AttemptLog({ delivery }: { delivery: DeliveryDetail }) {
  const { attempt_log: attempts, status } = delivery;
  const [latest] = attempts;
  if (!latest) {
    return (
      <EmptyState title="It was not sent yet.">
        {status === "held" && "Its endpoint is disabled; enable it, or retry once it is."}
      </EmptyState>
    );
  }
  return (
    <>
      {attempts.map((attempt) => (
        <details key={attempt.number} className={styles.attempt} open={attempt === latest}>
          <summary className={styles.summary}>
            <h3>Attempt {formatCount(attempt.number)}</h3>
            <StatusBadge
              status={lastAnswer(attempt)}
              tone={succeeded(attempt) ? "good" : "bad"}
              label={lastAnswer(attempt)}
            />
            <span className="muted number">{formatCount(attempt.duration_ms)} ms</span>
            <span className={styles.time}>
              <DateTime value={attempt.started_at} exact />
            </span>
          </summary>
          <AttemptDetail attempt={attempt} />
        </details>
      ))}
      {delivery.attempts > attempts.length && (
        <p className={styles.more}>
          The latest {formatCount(attempts.length)} of {formatCount(delivery.attempts)} attempts.
        </p>
      )}
    </>
  );
}

function succeeded({ response_status, error_kind }: Attempt): boolean {
  return response_status !== null && response_status >= 200 && response_status < 300 && error_kind === null;
}

function AttemptDetail({ attempt }: { attempt: Attempt }) {
  const { error, error_kind, request_headers, response_body } = attempt;
  const headers = Object.entries(request_headers ?? {});
  return (
    <div className={styles.detail}>
      <KeyValue
        items={[
          ["Status", attempt.response_status],
          ["What went wrong", error_kind && errorWords(error_kind)],
          ["In detail", error],
          ["Address", attempt.address && <span className="code">{attempt.address}</span>],
          ["Run", attempt.run > 1 && attempt.run],
        ]}
      />
      <h4>Where the time went</h4>
      <Timings timings={attempt.timings} total={attempt.duration_ms} />
      <h4>Request headers</h4>
      {headers.length === 0 ? (
        <p className="muted">It did not come to a request.</p>
      ) : (
        <Json value={headers.map(([name, value]) => `${name}: ${value}`).join("\n")} what="request headers" />
      )}
      <h4>Response body</h4>
      {response_body ? (
        <>
          <Json value={response_body} what="response body" />
          {attempt.response_truncated && <p className="muted">Cut here; only its beginning is kept.</p>}
        </>
      ) : (
        <p className="muted">{attempt.response_status === null ? "There was no answer." : "It was empty."}</p>
      )}
    </div>
  );
}
