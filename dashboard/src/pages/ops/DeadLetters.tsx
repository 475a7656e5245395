import type { DeadLetter } from "../../api/ops";
import { DateTime } from "../../components/DateTime";
import { Checkbox } from "../../components/Field";
import { Json } from "../../components/Json";
import { formatCount, pluralize } from "../../lib/format";
import styles from "./Ops.module.css";

interface DeadLettersProps {
  letters: readonly DeadLetter[];
  /** With those that are not shown. */
  total: number;
  selected: readonly string[];
  onToggle: (id: string) => void;
  onToggleAll: () => void;
}

export function DeadLetters({ letters, total, selected, onToggle, onToggleAll }: DeadLettersProps) {
  return (
    <>
      <div className={styles.note}>
        <Checkbox
          label={
            total > letters.length
              ? `Select these ${formatCount(letters.length)}, of about ${formatCount(total)}`
              : "Select all"
          }
          checked={selected.length === letters.length}
          onChange={onToggleAll}
        />
      </div>
      <ul>
        {letters.map(({ message_id: id, sent_at, receive_count, body }) => (
          <li key={id} className={styles.letter}>
            <div className={styles.head}>
              <Checkbox
                label={
                  <>
                    <span className="said">Message </span>
                    <span className="code">{id}</span>
                  </>
                }
                checked={selected.includes(id)}
                onChange={() => onToggle(id)}
              />
              <span className="muted">
                Sent <DateTime value={sent_at} exact />, {pluralize(receive_count, "time")} taken or looked at
              </span>
            </div>
            <Json value={body} what={`body of message ${id}`} />
          </li>
        ))}
      </ul>
    </>
  );
}
