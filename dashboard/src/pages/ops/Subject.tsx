import { Link } from "react-router";
import { pageOf } from "./subjects";

/** The id of something, as a link where there is a page about it. */
export function Subject({ id }: { id: string }) {
  const page = pageOf(id);
  return page ? (
    <Link to={page} className="code">
      {id}
    </Link>
  ) : (
    <span className="code">{id}</span>
  );
}
