package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.catalog.DefinitionDiff.Change;
import dev.writ.model.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DefinitionDiffTest {

    @Test
    void namesEachMemberThatDiffers() {
        JsonObject before = Bank.json("{\"a\": {\"b/c\": 1, \"same\": [1]}, \"gone\": true}");
        JsonObject after = Bank.json("{\"a\": {\"b/c\": 2, \"same\": [1]}, \"new\": \"x\"}");

        assertThat(DefinitionDiff.of(before, after))
                .containsExactly(
                        new Change("/a/b~1c", Optional.of("1"), Optional.of("2")),
                        new Change("/gone", Optional.of("true"), Optional.empty()),
                        new Change("/new", Optional.empty(), Optional.of("x")));
    }

    @Test
    void showsWhereTextsDifferAndWhatNobodySees() {
        JsonObject before = Changes.definition("add", "Adds two numbers and returns the sum of both of them.");
        JsonObject after = Changes.definition("add", "Adds two numbers and returns the\u202e sum of both of them.");

        assertThat(DefinitionDiff.of(before, after))
                .containsExactly(new Change(
                        "/description",
                        Optional.of("... numbers and returns the sum of both of them."),
                        Optional.of("... numbers and returns the<U+202E> sum of both of them.")));
    }

    @Test
    void hidesNothingThatIsReadBehindManyOtherChanges() {
        JsonObject.Builder flood = JsonObject.builder();
        IntStream.rangeClosed(1, 130).forEach(number -> flood.put("A%03d".formatted(number), number));
        flood.put("description", "new").put("inputSchema", Bank.json("{\"x-mcp-header\": 1}"));

        List<Change> changes = DefinitionDiff.of(Bank.json("{\"description\": \"old\"}"), flood.build());

        assertThat(changes).extracting(Change::member).startsWith("/description", "/inputSchema", "/A001");
        assertThat(changes)
                .hasSize(103)
                .last()
                .isEqualTo(new Change("and 30 more, which are not shown", Optional.empty(), Optional.empty()));
    }

    @Test
    void showsAllOfASchemaHoweverManyPropertiesAreNew() {
        JsonObject.Builder properties = JsonObject.builder();
        IntStream.rangeClosed(1, 130).forEach(number -> properties.put("A%03d".formatted(number), number));
        JsonObject after = JsonObject.builder()
                .put(
                        "published",
                        JsonObject.builder()
                                .put("inputSchema", properties.build())
                                .build())
                .build();

        assertThat(DefinitionDiff.of(Bank.json("{\"published\": {\"inputSchema\": {}}}"), after))
                .hasSize(130);
    }

    @Test
    void tellsNothingOfEqualDefinitions() {
        assertThat(DefinitionDiff.of(Changes.definition("a", "b"), Changes.definition("a", "b")))
                .isEmpty();
    }
}
