package dev.writ.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.connect.ResourceSource;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceHomesTest {

    @ParameterizedTest
    @CsvSource({
        "test://template/{id}/data, test://template/123/data, true",
        "test://template/{id}/data, test://template/data, false",
        "test://template/{id}/data, test://other/123/data, false",
        "test://{a}/x/{b}, test://1/x/2, true",
        "test://{a}/x/{b}, test://1/y/2, false",
        "file:///{+path}, file:///a/b/c, true",
        "test://fixed, test://fixed, true",
        "test://fixed, test://fixed/more, false",
        "a{x}a, a, false"
    })
    void aTemplateFitsWhereItsLiteralPartsAre(String template, String uri, boolean fits) {
        assertThat(ResourceHomes.fits(template, uri)).isEqualTo(fits);
    }

    private record Server(Uni<JsonObject> resources, Uni<JsonObject> resourceTemplates) implements ResourceSource {

        @Override
        public Uni<Void> unsubscribe(String uri) {
            return Uni.createFrom().voidItem();
        }
    }

    private static Uni<JsonObject> says(String json) {
        return Uni.createFrom().item((JsonObject) JsonValue.parse(json));
    }

    private static ResourceSource lists(String uri) {
        return new Server(says("{\"resources\": [{\"uri\": \"" + uri + "\"}]}"), says("{\"resourceTemplates\": []}"));
    }

    private static ResourceSource offers(String template) {
        return new Server(
                says("{\"resources\": []}"),
                says("{\"resourceTemplates\": [{\"uriTemplate\": \"" + template + "\"}]}"));
    }

    private static String home(Map<String, ResourceSource> sources) {
        return ResourceHomes.of(Revision.V2026_07_28, sources, "notes://alice/plan")
                .await()
                .indefinitely();
    }

    @Test
    void aResourceIsReadFromTheOnlyServerThatClaimsIt() {
        assertThat(home(Map.of("a", offers("notes://{user}/{doc}"), "b", lists("other://x"))))
                .isEqualTo("a");
        assertThat(home(Map.of("a", offers("other://{x}"), "b", lists("notes://alice/plan"))))
                .isEqualTo("b");
    }

    @Test
    void theOnlyServerIsNotAskedForWhatItDoesNotClaim() {
        assertThatThrownBy(() -> home(Map.of("b", lists("other://x"))))
                .isInstanceOf(McpException.class)
                .hasMessageContaining("There is no such resource");
        assertThat(home(Map.of("b", offers("notes://{user}/{doc}")))).isEqualTo("b");
        assertThatThrownBy(() -> home(Map.of()))
                .isInstanceOf(McpException.class)
                .hasMessageContaining("There is no such resource");
    }

    @Test
    void whoListsWhatAnothersTemplateFitsIsNotReadInItsPlace() {
        assertThatThrownBy(() -> home(Map.of("a", offers("notes://{user}/{doc}"), "b", lists("notes://alice/plan"))))
                .isInstanceOf(McpException.class)
                .hasMessageContaining("More than one");
    }

    @Test
    void whileAServerDoesNotSayWhatItHasNoOtherIsReadInItsPlace() {
        Uni<JsonObject> silent = Uni.createFrom().failure(new IllegalStateException("away"));

        assertThatThrownBy(() -> home(Map.of(
                        "a",
                        new Server(silent, says("{\"resourceTemplates\": []}")),
                        "b",
                        lists("notes://alice/plan"))))
                .isInstanceOf(McpException.class)
                .hasMessageContaining("did not say");
        assertThatThrownBy(() -> home(
                        Map.of("a", new Server(says("{\"resources\": []}"), silent), "b", lists("notes://alice/plan"))))
                .isInstanceOf(McpException.class)
                .hasMessageContaining("did not say");
    }
}
