package dev.writ.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectorsFileTest {

    @TempDir
    private Path folder;

    private JsonObject read(JsonObject connector) {
        Path file = folder.resolve("connectors.yaml");
        return new ConnectorsFile.Reading(file, folder, Map.of("NOTES_SECRET", "from-the-environment")::get)
                .connector(connector);
    }

    private static JsonObject object(String member, JsonObject value) {
        return JsonObject.builder().put(member, value).build();
    }

    private static JsonObject client(String secret) {
        return object(
                "oauth",
                JsonObject.builder()
                        .put("clientId", "writ")
                        .put("clientSecret", secret)
                        .build());
    }

    @Test
    void theSecretOfAClientComesFromTheEnvironmentOrAFile() throws IOException {
        Files.writeString(folder.resolve("secret"), "from-a-file\n");

        assertThat(read(object("credential", client("env:NOTES_SECRET"))))
                .isEqualTo(object("credential", client("from-the-environment")));
        assertThat(read(object("credential", client("file:secret"))))
                .isEqualTo(object("credential", client("from-a-file")));
    }

    @Test
    void noSecretStandsInTheFileWhereverItIs() {
        JsonObject plain = object("credential", client("plain-secret"));

        assertThatThrownBy(() -> read(object("sandbox", plain)))
                .hasMessageContaining("sandbox/credential/oauth/clientSecret: write env:NAME or file:PATH")
                .message()
                .doesNotContain("plain-secret");
    }

    @Test
    void aVariableThatIsNotSetIsNamed() {
        JsonObject named = JsonObject.builder()
                .put("name", new JsonString("notes"))
                .put("credential", client("env:ABSENT"))
                .build();

        assertThatThrownBy(() -> read(named))
                .hasMessageContaining(
                        "notes: credential/oauth/clientSecret: the environment variable ABSENT is not set");
    }
}
