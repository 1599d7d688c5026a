package dev.writ.gateway.console;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Searches that somebody wants to make again, by name. They are kept in a sealed cookie of their browser and nowhere else: who and what
 * auditors look for may be personal, and what is in the log stays there.
 *
 * @param owner principal whose they are; nobody else who uses the browser is shown them
 */
record SavedViews(String owner, List<View> views) {

    static final int MOST = 12;

    private static final int LONGEST_NAME = 60;
    private static final int LONGEST_QUERY = 400;

    /** Of all names and searches. A cookie holds no more, sealed and in base64. */
    private static final int MOST_CHARACTERS = 2_000;

    /**
     * A search.
     *
     * @param name what its owner calls it
     * @param query what stands behind the question mark of its URL
     */
    record View(String name, String query) {

        public String url() {
            return DecisionsPage.PATH + (query.isEmpty() ? "" : "?" + query);
        }

        private int length() {
            return name.length() + query.length();
        }
    }

    SavedViews {
        views = List.copyOf(views);
    }

    /** Those of a principal, among them one more; it takes the place of one of the same name. */
    SavedViews with(String name, String query) {
        String called = name.strip();
        if (called.isEmpty()
                || called.codePointCount(0, called.length()) > LONGEST_NAME
                || called.chars().anyMatch(Character::isISOControl)) {
            throw refused("A view has a name of 1 to " + LONGEST_NAME + " characters.");
        }
        if (query.length() > LONGEST_QUERY) {
            throw refused("This search is too long to be saved. Keep its address as a bookmark instead.");
        }
        List<View> next = new ArrayList<>(without(called).views());
        next.add(new View(called, query));
        if (next.size() > MOST || next.stream().mapToInt(View::length).sum() > MOST_CHARACTERS) {
            throw refused("No more views can be saved, " + MOST + " at most. Remove one first.");
        }
        return new SavedViews(owner, next);
    }

    SavedViews without(String name) {
        return new SavedViews(
                owner, views.stream().filter(view -> !view.name().equals(name)).toList());
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("owner", owner)
                .put(
                        "views",
                        new JsonArray(views.stream()
                                .<JsonValue>map(view -> JsonObject.builder()
                                        .put("name", view.name())
                                        .put("query", view.query())
                                        .build())
                                .toList()))
                .build();
    }

    /** Those that are in what {@link #toJson} wrote, if they are that principal's; otherwise none. */
    static SavedViews fromJson(String owner, Optional<JsonObject> json) {
        return new SavedViews(
                owner,
                json
                        .filter(read -> read.text("owner").filter(owner::equals).isPresent())
                        .flatMap(read -> read.array("views"))
                        .map(JsonArray::items)
                        .orElse(List.of())
                        .stream()
                        .filter(JsonObject.class::isInstance)
                        .map(JsonObject.class::cast)
                        .map(view -> new View(
                                view.text("name").orElse(""), view.text("query").orElse("")))
                        .toList());
    }

    private static Problem refused(String detail) {
        return new Problem(ProblemType.MALFORMED, detail + " Nothing was saved.");
    }
}
