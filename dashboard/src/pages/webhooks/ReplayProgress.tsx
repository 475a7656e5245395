import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { deliveryKeys } from "../../api/deliveries";
import { type Replay, replayQuery } from "../../api/replays";
import { QueryView } from "../../components/States";
import { formatCount, pluralize } from "../../lib/format";
import styles from "./Webhooks.module.css";

/** How far a replay has come; it goes on when nobody looks. */
export function ReplayProgress({ replayId }: { replayId: string }) {
  const queries = useQueryClient();
  const replay = useQuery(replayQuery(replayId));
  const ended = replay.data?.ended;
  useEffect(() => {
    if (ended !== undefined) void queries.invalidateQueries({ queryKey: deliveryKeys.all });
  }, [queries, ended]);
  return (
    <QueryView query={replay} what="replay" lines={2}>
      {(data) => (
        <div className="stack">
          <progress className={styles.bar} aria-label="Replay" max={data.total || 1} value={data.ended} />
          <p role="status" className="number">
            {progressWords(data)}
          </p>
        </div>
      )}
    </QueryView>
  );
}

export function progressWords({ status, total, ended, delivered }: Replay): string {
  if (total === 0) return "There was nothing to send.";
  if (status === "running") {
    return `${formatCount(ended)} of ${formatCount(total)} have ended, ${formatCount(delivered)} of them delivered.`;
  }
  if (delivered === total) return `${pluralize(total, "webhook was", "webhooks were")} delivered.`;
  return `${formatCount(delivered)} of ${pluralize(total, "webhook")} delivered; the log says why the others were not.`;
}
