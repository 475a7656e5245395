import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "react-router";
import { fetchSettlementCsv, settlementQuery } from "../../api/settlements";
import { useNow } from "../../components/DateTime";
import { TextField } from "../../components/Field";
import { Page } from "../../components/Page";
import { EmptyState, QueryView } from "../../components/States";
import NotFoundPage from "../not-found/NotFoundPage";
import { dayAfter, formatDay, isDay, utcDay } from "./calendar";
import { SaveCsv } from "./SaveCsv";
import styles from "./Settlement.module.css";
import { StatementCard } from "./StatementCard";
import { Stepper } from "./Stepper";

export default function SettlementPage() {
  const { date = "" } = useParams();
  return isDay(date) ? <Day day={date} /> : <NotFoundPage />;
}

function Day({ day }: { day: string }) {
  const navigate = useNavigate();
  const today = utcDay(useNow(60_000));
  const settlement = useQuery(settlementQuery(day));
  const go = (to: string) => void navigate(`/settlements/${to}`);
  return (
    <Page
      title={formatDay(day)}
      back={{ to: `/settlements?month=${day.slice(0, 7)}`, label: "Settlements" }}
      description={day === today ? "This day, one of UTC, is not over yet." : "A day of UTC."}
      actions={<SaveCsv name={day} fetch={() => fetchSettlementCsv(day)} />}
    >
      <div className="stack">
        <Stepper unit="day" onBack={() => go(dayAfter(day, -1))} onOn={day < today ? () => go(dayAfter(day, 1)) : null}>
          <TextField
            label="Day in UTC"
            quiet
            type="date"
            max={today}
            value={day}
            onChange={(event) => {
              if (isDay(event.target.value)) go(event.target.value);
            }}
          />
        </Stepper>
        <QueryView query={settlement} what="the day’s settlement" lines={6}>
          {({ data }) =>
            data.length === 0 ? (
              <EmptyState title="Nothing was booked on this day.">
                Captured payments, refunds and fees appear here on the day that they are booked.
              </EmptyState>
            ) : (
              <div className={styles.statements}>
                {data.map((each) => (
                  <StatementCard key={each.currency} settlement={each} />
                ))}
              </div>
            )
          }
        </QueryView>
      </div>
    </Page>
  );
}
