import { useEffect, useState } from "react";
import { formatLocal, formatRelative, formatUtc } from "../lib/time";

interface DateTimeProps {
  /** ISO 8601, as the API sends it. */
  value: string;
  /** With seconds. */
  exact?: boolean;
}

/** A moment in the reader's zone; UTC on hover. */
export function DateTime({ value, exact = false }: DateTimeProps) {
  return (
    <time dateTime={value} title={formatUtc(value)} className="number">
      {formatLocal(value, exact)}
    </time>
  );
}

/** "3 minutes ago", kept up to date; both zones on hover. */
export function Ago({ value }: { value: string }) {
  const now = useNow(15_000);
  return (
    <time dateTime={value} title={`${formatLocal(value, true)} · ${formatUtc(value)}`} className="number">
      {formatRelative(value, now)}
    </time>
  );
}

/** The current time in milliseconds, anew every `every` milliseconds. */
export function useNow(every: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
