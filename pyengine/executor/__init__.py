"""Running graphs: a `Plan` is compiled once for given fetches and feeds, then replayed."""
