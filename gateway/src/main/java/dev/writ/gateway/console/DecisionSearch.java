package dev.writ.gateway.console;

import dev.writ.gateway.auditing.Entries;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.wire.QueryParameters;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What somebody looks for, as the form of the page sends it and as its URL says it: what is empty is not asked.
 *
 * @param asked by the name of the parameter, without the cursor
 * @param cursor of a later page
 */
record DecisionSearch(Map<String, String> asked, Optional<String> cursor) {

    private static final String KIND = "kind";
    private static final String CURSOR = "cursor";
    private static final String DECISIONS = "DECIDED";

    /** Stands for entries of whatever kind. */
    private static final String ANY = "any";

    private static final String ROWS = "50";

    /** Times as a form has them, which are in UTC. */
    private static final Pattern MINUTE = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d");

    private static final Pattern SECOND = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?");

    /** The names that a person may give, in the order of the form. */
    private static final List<String> NAMES = List.of(
            "q",
            KIND,
            "agent",
            "onBehalfOf",
            "tool",
            "rule",
            "verdict",
            "session",
            "call",
            "bundle",
            "from",
            "to",
            "order");

    private static final List<String> DETAILS = List.of(KIND, "session", "call", "bundle", "from", "to", "order");

    DecisionSearch {
        asked = Map.copyOf(asked);
    }

    /** Reads what a form or a URL says; a {@link Problem} if it says something that is not known, or says it twice. */
    static DecisionSearch of(Map<String, List<String>> parameters) {
        Map<String, String> asked = new TreeMap<>();
        parameters.forEach((name, values) -> {
            if (!NAMES.contains(name) && !name.equals(CURSOR)) {
                throw QueryParameters.malformed("There is a parameter that is not known. Known ones: "
                        + String.join(", ", NAMES) + ". Use the form.");
            }
            if (values.size() > 1) {
                throw QueryParameters.malformed("'" + name + "' is given more than once. Use the form.");
            }
            String value = values.get(0).strip();
            if (!value.isEmpty()) {
                asked.put(name, value);
            }
        });
        Optional<String> cursor = Optional.ofNullable(asked.remove(CURSOR));
        return new DecisionSearch(asked, cursor);
    }

    /** Reads the search that a form carries among other fields. */
    static DecisionSearch of(Posted form) {
        Map<String, List<String>> parameters = new TreeMap<>(form.fields());
        parameters.keySet().retainAll(NAMES);
        return of(parameters);
    }

    /** As {@link Entries} takes it. Without a kind, decisions are looked for. */
    Map<String, String> parameters() {
        Map<String, String> parameters = new TreeMap<>(asked);
        parameters.put("limit", ROWS);
        cursor.ifPresent(at -> parameters.put(CURSOR, at));
        if (kind().equals(ANY)) {
            parameters.remove(KIND);
        } else {
            parameters.put(KIND, kind());
        }
        parameters.computeIfPresent("from", (name, time) -> inUtc(time));
        parameters.computeIfPresent("to", (name, time) -> inUtc(time));
        return parameters;
    }

    private static String inUtc(String time) {
        if (MINUTE.matcher(time).matches()) {
            return time + ":00Z";
        }
        return SECOND.matcher(time).matches() ? time + "Z" : time;
    }

    public String kind() {
        return asked.getOrDefault(KIND, DECISIONS);
    }

    public String value(String name) {
        return asked.getOrDefault(name, "");
    }

    /** A time as a form takes it. */
    public String minute(String name) {
        String time = value(name);
        return time.endsWith("Z") ? time.substring(0, time.length() - 1) : time;
    }

    public List<String> names() {
        return NAMES;
    }

    /** Whether it asks for something that the form shows only with its further filters. */
    public boolean isDetailed() {
        return DETAILS.stream().anyMatch(asked::containsKey);
    }

    public boolean isNarrowed() {
        return !asked.isEmpty();
    }

    public boolean isLaterPage() {
        return cursor.isPresent();
    }

    /** The URL of its first page, which asks for the same again. */
    public String url() {
        return DecisionsPage.PATH + (asked.isEmpty() ? "" : "?" + query());
    }

    /** The URL of the page at that cursor. */
    public String urlAt(String next) {
        return DecisionsPage.PATH + "?" + (asked.isEmpty() ? "" : query() + "&") + CURSOR + "=" + encoded(next);
    }

    /** What stands behind the question mark of {@link #url}. */
    String query() {
        return new TreeMap<>(asked)
                .entrySet().stream()
                        .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue()))
                        .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
