package dev.writ.gateway.auditing;

import dev.writ.audit.Column;
import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.wire.QueryParameters;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The query parameters that say which entries are meant; each narrows it. */
class EntryFilter {

    static final Set<String> PARAMETERS = Set.of(
            "agent",
            "onBehalfOf",
            "tool",
            "verdict",
            "kind",
            "rule",
            "session",
            "call",
            "bundle",
            "from",
            "to",
            "asOf");

    private static final Pattern KIND = Pattern.compile("[A-Z][A-Z_]{0,63}");
    private static final int MOST_KINDS = 50;

    @QueryParam("agent")
    @Nullable
    String agent;

    @QueryParam("onBehalfOf")
    @Nullable
    String onBehalfOf;

    @QueryParam("tool")
    @Nullable
    String tool;

    @QueryParam("verdict")
    @Nullable
    String verdict;

    @QueryParam("kind")
    @Nullable
    String kind;

    @QueryParam("rule")
    @Nullable
    String rule;

    @QueryParam("session")
    @Nullable
    String session;

    @QueryParam("call")
    @Nullable
    String call;

    @QueryParam("bundle")
    @Nullable
    String bundle;

    @QueryParam("from")
    @Nullable
    String from;

    @QueryParam("to")
    @Nullable
    String to;

    @QueryParam("asOf")
    @Nullable
    String asOf;

    static Set<String> and(String... further) {
        return Stream.concat(PARAMETERS.stream(), Arrays.stream(further)).collect(Collectors.toUnmodifiableSet());
    }

    /** Takes over what was asked in another form than a request to REST. */
    void take(Map<String, String> parameters) {
        agent = parameters.get("agent");
        onBehalfOf = parameters.get("onBehalfOf");
        tool = parameters.get("tool");
        verdict = parameters.get("verdict");
        kind = parameters.get("kind");
        rule = parameters.get("rule");
        session = parameters.get("session");
        call = parameters.get("call");
        bundle = parameters.get("bundle");
        from = parameters.get("from");
        to = parameters.get("to");
        asOf = parameters.get("asOf");
    }

    /** What is asked for; a problem if a parameter is malformed. */
    Selection selection(Pseudonyms pseudonyms) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        QueryParameters.name("agent", agent).ifPresent(name -> columns.put(Column.AGENT, name));
        QueryParameters.name("onBehalfOf", onBehalfOf)
                .ifPresent(name -> columns.put(Column.SUBJECT, pseudonyms.of(name)));
        QueryParameters.name("tool", tool).ifPresent(name -> columns.put(Column.TOOL, name));
        QueryParameters.oneOf("verdict", verdict, List.of("allow", "deny", "escalate"))
                .ifPresent(name -> columns.put(Column.VERDICT, name));
        QueryParameters.name("rule", rule).ifPresent(name -> columns.put(Column.RULE, name));
        QueryParameters.name("session", session).ifPresent(name -> columns.put(Column.SESSION, name));
        QueryParameters.name("call", call).ifPresent(name -> columns.put(Column.CALL, name));
        QueryParameters.name("bundle", bundle).ifPresent(name -> columns.put(Column.BUNDLE, name));
        Optional<Instant> since = QueryParameters.time("from", from);
        Optional<Instant> until = QueryParameters.time("to", to);
        if (since.isPresent() && until.isPresent() && until.get().isBefore(since.get())) {
            throw QueryParameters.malformed("'to' is before 'from'. Entries from 'from' on and before 'to' are shown.");
        }
        return new Selection(columns, kinds(), since, until, Optional.empty());
    }

    /** The size of the log that the answer is of. */
    long asOf(long head) {
        return QueryParameters.number("asOf", asOf, 0, head).orElse(head);
    }

    private Set<String> kinds() {
        if (kind == null) {
            return Set.of();
        }
        Set<String> parsed = new TreeSet<>(List.of(kind.split(",", -1)));
        if (parsed.size() > MOST_KINDS
                || !parsed.stream().allMatch(name -> KIND.matcher(name).matches())) {
            throw QueryParameters.malformed("'kind' is one to " + MOST_KINDS
                    + " kinds such as DECIDED, separated by commas. docs/audit-format.md lists them.");
        }
        return parsed;
    }
}
