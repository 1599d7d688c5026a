package dev.writ.gateway.auditing;

import jakarta.ws.rs.QueryParam;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The query parameters of a listing of entries. */
class ListFilter extends EntryFilter {

    static final Set<String> PARAMETERS = EntryFilter.and("q", "order", "limit", "cursor");

    @QueryParam("q")
    @Nullable
    String q;

    @QueryParam("order")
    @Nullable
    String order;

    @QueryParam("limit")
    @Nullable
    String limit;

    @QueryParam("cursor")
    @Nullable
    String cursor;

    static ListFilter of(Map<String, String> parameters) {
        ListFilter filter = new ListFilter();
        filter.take(parameters);
        filter.q = parameters.get("q");
        filter.order = parameters.get("order");
        filter.limit = parameters.get("limit");
        filter.cursor = parameters.get("cursor");
        return filter;
    }
}
