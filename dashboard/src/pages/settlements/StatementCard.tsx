import type { Settlement } from "../../api/settlements";
import { Card } from "../../components/Card";
import { Money } from "../../components/Money";
import { formatCount } from "../../lib/format";
import styles from "./Settlement.module.css";
import { statementLines } from "./statement";

/** One currency's day. */
export function StatementCard({ settlement }: { settlement: Settlement }) {
  const { currency, date, net } = settlement;
  return (
    <Card title={currency} flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={`${currency}, table`}>
        <table className={styles.table}>
          <caption className="said">
            Booked in {currency} on {date}
          </caption>
          <thead>
            <tr>
              <th scope="col">Booked</th>
              <th scope="col" className={styles.end}>
                Count
              </th>
              <th scope="col" className={styles.end}>
                Amount
              </th>
            </tr>
          </thead>
          <tbody>
            {statementLines(settlement).map((line) => (
              <tr key={line.id}>
                <th scope="row">{line.label}</th>
                <td className={styles.end}>
                  <span className="number">{line.count === null ? "–" : formatCount(line.count)}</span>
                </td>
                <td className={styles.end}>
                  <Money amount={line.amount} currency={currency} />
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={2}>
                Net
              </th>
              <td className={styles.end}>
                <Money amount={net} currency={currency} />
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
    </Card>
  );
}
