import {
  Area,
  AreaChart,
  CartesianGrid,
  ResponsiveContainer,
  Tooltip,
  type TooltipContentProps,
  XAxis,
  YAxis,
} from "recharts";
import type { SeriesPoint } from "../../api/summary";
import { formatCount } from "../../lib/format";
import { formatMoney, minorDigits, toDecimal } from "../../lib/money";
import styles from "./HomePage.module.css";

interface TimeSeriesProps {
  points: readonly SeriesPoint[];
  currency: string;
  hourly: boolean;
}

const AXIS = { stroke: "var(--color-border-strong)", tick: { fill: "var(--color-text-muted)", fontSize: 12 } } as const;

/** Volume and refunds by hour or by day; for screen readers, the same as a table. */
export default function TimeSeries({ points, currency, hourly }: TimeSeriesProps) {
  // Days are days of UTC, whatever zone the reader is in.
  const label = new Intl.DateTimeFormat(
    undefined,
    hourly ? { hour: "numeric", minute: "2-digit" } : { day: "numeric", month: "short", timeZone: "UTC" },
  );
  const unit = 10 ** minorDigits(currency);
  const data = points.map((point) => ({ ...point, label: label.format(new Date(point.at)) }));
  return (
    <>
      <p className={styles.legend} aria-hidden="true">
        <span>Volume</span>
        <span data-series="refunded">Refunded</span>
      </p>
      <div className={styles.plot} aria-hidden="true">
        <ResponsiveContainer width="100%" height="100%">
          <AreaChart data={data} margin={{ top: 4, right: 4, bottom: 0, left: 0 }} accessibilityLayer={false}>
            <CartesianGrid vertical={false} stroke="var(--color-border)" />
            <XAxis dataKey="label" {...AXIS} height={22} tickLine={false} minTickGap={28} />
            <YAxis
              {...AXIS}
              width="auto"
              axisLine={false}
              tickLine={false}
              tickFormatter={(minor: number) => formatMoney(Math.round(minor / unit) * unit, currency, undefined, true)}
            />
            <Tooltip content={(tip) => <Tip {...tip} currency={currency} />} />
            <Area
              dataKey="volume"
              type="monotone"
              stroke="var(--color-accent)"
              strokeWidth={2}
              fill="var(--color-accent)"
              fillOpacity={0.12}
              isAnimationActive={false}
            />
            <Area
              dataKey="refunded"
              type="monotone"
              stroke="var(--color-notice)"
              strokeWidth={1.5}
              fill="none"
              isAnimationActive={false}
            />
          </AreaChart>
        </ResponsiveContainer>
      </div>
      <div className="said">
        <table>
          <caption>Volume over time in {currency}</caption>
          <thead>
            <tr>
              <th scope="col">{hourly ? "Hour" : "Day"}</th>
              <th scope="col">Volume</th>
              <th scope="col">Succeeded</th>
              <th scope="col">Failed</th>
              <th scope="col">Refunded</th>
            </tr>
          </thead>
          <tbody>
            {data.map((point) => (
              <tr key={point.at}>
                <th scope="row">{point.label}</th>
                <td>{toDecimal(point.volume, currency)}</td>
                <td>{formatCount(point.succeeded)}</td>
                <td>{formatCount(point.failed)}</td>
                <td>{toDecimal(point.refunded, currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Tip({ active, payload, currency }: Pick<TooltipContentProps, "active" | "payload"> & { currency: string }) {
  const point = payload?.[0]?.payload as (SeriesPoint & { label: string }) | undefined;
  if (!active || !point) return null;
  return (
    <div className={styles.tip}>
      <strong>{point.label}</strong>
      <p>{formatMoney(point.volume, currency)} volume</p>
      <p>
        {formatCount(point.succeeded)} succeeded, {formatCount(point.failed)} failed
      </p>
      <p>{formatMoney(point.refunded, currency)} refunded</p>
    </div>
  );
}
