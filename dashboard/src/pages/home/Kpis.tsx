import type { ReactNode } from "react";
import type { Total } from "../../api/summary";
import { Icon } from "../../components/Icon";
import { Money } from "../../components/Money";
import { changeBetween, formatCount, formatPercent, pluralize } from "../../lib/format";
import styles from "./HomePage.module.css";

/** A period's figures, each with its change against the period before. */
export function Kpis({ now, before }: { now: Total; before: Total }) {
  const { currency } = now;
  return (
    <dl className={styles.kpis}>
      <Kpi name="Volume" now={now.volume} before={before.volume} rising="good">
        <Money amount={now.volume} currency={currency} />
      </Kpi>
      <Kpi name="Payments" now={now.payments} before={before.payments} rising="good">
        {formatCount(now.payments)}
      </Kpi>
      <Kpi name="Success rate" now={now.success_rate} before={before.success_rate} rising="good" points>
        {now.success_rate === null ? "–" : formatPercent(now.success_rate)}
      </Kpi>
      <Kpi
        name="Refunds"
        now={now.refunded}
        before={before.refunded}
        rising="bad"
        note={pluralize(now.refunds, "refund")}
      >
        <Money amount={now.refunded} currency={currency} />
      </Kpi>
    </dl>
  );
}

interface KpiProps {
  name: string;
  now: number | null;
  before: number | null;
  /** Whether more is good or bad news. */
  rising: "good" | "bad";
  /** The figure is a share: its change is told in percentage points. */
  points?: boolean;
  /** What the figure does not say, in small print below it. */
  note?: string;
  children: ReactNode;
}

function Kpi({ name, now, before, rising, points = false, note, children }: KpiProps) {
  return (
    <div className={styles.kpi}>
      <dt>{name}</dt>
      <dd className={styles.figure}>{children}</dd>
      {note && <dd className={styles.change}>{note}</dd>}
      <dd>
        <ChangeText now={now} before={before} rising={rising} points={points} />
      </dd>
    </div>
  );
}

function ChangeText({ now, before, rising, points }: Required<Omit<KpiProps, "name" | "note" | "children">>) {
  if (now === null || before === null) return <span className={styles.change}>Nothing to compare with</span>;
  const { direction, share } = changeBetween(now, before);
  if (direction === "same") return <span className={styles.change}>As before</span>;
  if (share === null) return <span className={styles.change}>None before</span>;
  const text = points ? `${formatPoints(now - before)} points` : formatPercent(Math.abs(share));
  const good = (direction === "up") === (rising === "good");
  return (
    <span className={styles.change} data-tone={good ? "good" : "bad"}>
      <Icon name={direction === "up" ? "up" : "fall"} size={12} />
      <span className="said">{direction === "up" ? "Up by" : "Down by"}</span>
      {text}
      <span className="said">against the period before</span>
    </span>
  );
}

function formatPoints(difference: number): string {
  return new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }).format(Math.abs(difference) * 100);
}
