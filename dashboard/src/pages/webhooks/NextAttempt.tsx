import { useNow } from "../../components/DateTime";
import { formatLocal, formatUtc } from "../../lib/time";
import { countdown } from "./words";

/** Counts down to a delivery's next attempt. */
export function NextAttempt({ at }: { at: string }) {
  const now = useNow(1_000);
  return (
    <time dateTime={at} title={`${formatLocal(at, true)} · ${formatUtc(at)}`} className="number">
      {countdown(at, now)}
    </time>
  );
}
