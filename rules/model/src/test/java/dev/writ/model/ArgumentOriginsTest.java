package dev.writ.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArgumentOriginsTest {

    private static final Map<String, Origin> SEEN = Map.of(
            "user", new Origin("", Source.USER, false, List.of(1L)),
            "trusted", new Origin("", Source.TRUSTED, true, List.of(2L, 3L)),
            "made up", new Origin("", Source.NOWHERE, false, List.of()));

    @Test
    void givesEachPathTheWorstOfWhatItHolds() {
        assertThat(origins("""
                        {"to": "user", "cc": ["user", ["trusted"]], "who": {"id": "made up", "name": {"first": "user"}}}
                        """))
                .containsExactly(
                        new Origin("cc", Source.TRUSTED, true, List.of(1L, 2L, 3L)),
                        new Origin("to", Source.USER, false, List.of(1L)),
                        new Origin("who", Source.NOWHERE, false, List.of(1L)),
                        new Origin("who.id", Source.NOWHERE, false, List.of()),
                        new Origin("who.name", Source.USER, false, List.of(1L)),
                        new Origin("who.name.first", Source.USER, false, List.of(1L)));
    }

    @Test
    void membersThatNobodyKnowsCountForWhatTheyAreIn() {
        JsonObject arguments = json("{\"who\": {\"a\": \"user\", \"chosen\": {\"b\": \"trusted\"}}}");

        assertThat(ArgumentOrigins.of(
                        arguments,
                        name -> !name.equals("chosen"),
                        (path, leaf) -> SEEN.get(((JsonString) leaf).value())))
                .extracting(Origin::argument, Origin::source)
                .containsExactly(tuple("who", Source.TRUSTED), tuple("who.a", Source.USER));
    }

    @Test
    void whatNamesNothingHasNone() {
        JsonObject arguments = json("{\"a\": null, \"b\": [], \"c\": {\"d\": true}, \"e\": [null, {}], \"f\": \" \"}");

        assertThat(ArgumentOrigins.of(arguments, name -> true, (path, leaf) -> SEEN.get("made up")))
                .isEmpty();
        assertThat(ArgumentOrigins.areIn(arguments)).isFalse();
        assertThat(ArgumentOrigins.areIn(json("{\"a\": [null, {\"b\": 0}]}"))).isTrue();
    }

    @Test
    void namesTheNewestTen() {
        List<Origin> origins = ArgumentOrigins.of(
                json("{\"a\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}"),
                name -> true,
                (path, leaf) -> new Origin(
                        path,
                        Source.USER,
                        false,
                        List.of(((JsonNumber) leaf).value().longValue())));

        assertThat(origins)
                .singleElement()
                .satisfies(origin ->
                        assertThat(origin.seenAt()).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L));
    }

    private static List<Origin> origins(String arguments) {
        return ArgumentOrigins.of(
                json(arguments),
                name -> true,
                (path, leaf) -> SEEN.getOrDefault(((JsonString) leaf).value(), SEEN.get("made up")));
    }

    private static JsonObject json(String text) {
        return (JsonObject) JsonValue.parse(text);
    }
}
