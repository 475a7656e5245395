import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { PERIODS, type Period, type Summary, summaryQuery } from "../../api/summary";
import { Card } from "../../components/Card";
import { SelectField } from "../../components/Field";
import { Page } from "../../components/Page";
import { Segments } from "../../components/Segments";
import { EmptyState, QueryView, Skeleton } from "../../components/States";
import { useFilters } from "../../components/table/list";
import { Failures } from "./Failures";
import styles from "./HomePage.module.css";
import { Kpis } from "./Kpis";
import { RecentPayments } from "./RecentPayments";
import { chosenCurrency, currenciesOf, totalOf } from "./summary";
import { WebhookHealth } from "./WebhookHealth";

const TimeSeries = lazy(() => import("./TimeSeries"));
const PERIOD_LABELS = { "24h": "24 hours", "7d": "7 days", "30d": "30 days" } as const;

export default function HomePage() {
  const { filters, setFilters } = useFilters(["period", "currency"]);
  const period: Period = PERIODS.find((each) => each === filters.period) ?? "24h";
  const summary = useQuery(summaryQuery(period));
  const currencies = summary.data ? currenciesOf(summary.data) : [];
  const currency = chosenCurrency(currencies, filters.currency);
  return (
    <Page
      title="Home"
      actions={
        <>
          {currencies.length > 1 && (
            <SelectField
              label="Currency"
              quiet
              value={currency}
              onChange={(event) => setFilters({ currency: event.target.value })}
            >
              {currencies.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </SelectField>
          )}
          <Segments
            label="Period"
            options={PERIODS}
            value={period}
            name={(each) => PERIOD_LABELS[each]}
            onChange={(next) => setFilters({ period: next })}
          />
        </>
      }
    >
      <div className="stack">
        <QueryView query={summary} what="figures" lines={8}>
          {(data) => <Figures summary={data} currency={currency} />}
        </QueryView>
        <RecentPayments />
      </div>
    </Page>
  );
}

function Figures({ summary, currency }: { summary: Summary; currency: string }) {
  const points = summary.series.filter((point) => point.currency === currency);
  return (
    <>
      <Kpis now={totalOf(summary.totals, currency)} before={totalOf(summary.previous, currency)} />
      <Card title="Volume over time">
        <div className={styles.chart}>
          {points.length === 0 ? (
            <EmptyState title="No payments in this period." />
          ) : (
            <Suspense fallback={<Skeleton lines={6} what="chart" />}>
              <TimeSeries points={points} currency={currency} hourly={summary.period === "24h"} />
            </Suspense>
          )}
        </div>
      </Card>
      <div className={styles.halves}>
        <Failures failures={summary.failures} />
        <WebhookHealth webhooks={summary.webhooks} />
      </div>
    </>
  );
}
