import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { useWrite } from "../api/writes";
import { Confirm } from "./Confirm";

let asked = 0;

/** The first answer comes at once, the next one never does. */
function answer(): Promise<string> {
  asked += 1;
  return asked === 1 ? Promise.resolve("There") : new Promise(() => {});
}

function Thing() {
  const [open, setOpen] = useState(true);
  const { data } = useQuery({ queryKey: ["thing"], queryFn: answer });
  const write = useWrite({ send: async (_: null) => "done", outdates: [["thing"]] });
  return (
    <>
      <p>{data}</p>
      <Confirm
        open={open}
        onOpenChange={setOpen}
        title="Sure?"
        description=""
        action="Do it"
        write={write}
        variables={null}
      />
    </>
  );
}

it("closes once the write is done, whatever is asked for again", async () => {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Thing />
    </QueryClientProvider>,
  );
  const user = userEvent.setup();
  await screen.findByText("There");
  await user.click(screen.getByRole("button", { name: "Do it" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(asked).toBe(2);
});
