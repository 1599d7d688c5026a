package dev.writ.connect.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** OpenAPI documents for tests. */
final class Documents {

    private Documents() {}

    /** One path, all of one operation in flow style, and perhaps components. */
    static String withOperation(String version, String path, String item, String components) {
        return """
                openapi: %s
                info: {title: Test, version: "1"}
                paths:
                  %s: %s
                components: %s
                """.formatted(version, path, item, components);
    }

    static String withBody(String version, String schema, String components) {
        return withOperation(
                version,
                "/things",
                "{post: {operationId: make, responses: {'200': {description: ok}}, requestBody: {required: true,"
                        + " content: {application/json: {schema: " + schema + "}}}}}",
                components);
    }

    static String resource(String name) {
        try (InputStream text = Objects.requireNonNull(Documents.class.getResourceAsStream(name), name)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }
}
