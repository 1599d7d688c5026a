package dev.writ.connect.mcp;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What of MCP is spoken with a server: a revision, and what each request says because of it. */
sealed interface Protocol {

    String SESSION = "Mcp-Session-Id";
    String VERSION = "MCP-Protocol-Version";
    String MODERN = "2026-07-28";

    /** Revisions that begin with {@code initialize}, the newest first. */
    List<String> LEGACY = List.of("2025-11-25", "2025-06-18", "2025-03-26");

    String META = "io.modelcontextprotocol/";

    /** Where each request stands for itself. */
    boolean isModern();

    /** Headers of every request. */
    Map<String, String> headers();

    /** Headers of a request. */
    Map<String, String> headers(String method, Optional<String> routingName);

    /**
     * Members of {@code _meta} of a request.
     *
     * @param capabilities of the caller
     */
    JsonObject meta(JsonObject capabilities);

    /** 2026-07-28. */
    record Modern() implements Protocol {
        @Override
        public boolean isModern() {
            return true;
        }

        @Override
        public Map<String, String> headers() {
            return Map.of(VERSION, MODERN);
        }

        @Override
        public Map<String, String> headers(String method, Optional<String> routingName) {
            Map<String, String> headers = new LinkedHashMap<>(headers());
            headers.put("Mcp-Method", method);
            routingName.ifPresent(name -> headers.put("Mcp-Name", HeaderText.encode(name)));
            return headers;
        }

        @Override
        public JsonObject meta(JsonObject capabilities) {
            return JsonObject.builder()
                    .put(META + "protocolVersion", MODERN)
                    .put(META + "clientInfo", ClientInfo.JSON)
                    .put(META + "clientCapabilities", capabilities)
                    .build();
        }
    }

    /**
     * Revisions before it.
     *
     * @param version that was agreed on; absent until it is
     */
    record Legacy(Optional<String> version, Optional<String> session) implements Protocol {
        @Override
        public boolean isModern() {
            return false;
        }

        @Override
        public Map<String, String> headers() {
            Map<String, String> headers = new LinkedHashMap<>();
            version.ifPresent(agreed -> headers.put(VERSION, agreed));
            session.ifPresent(id -> headers.put(SESSION, id));
            return headers;
        }

        @Override
        public Map<String, String> headers(String method, Optional<String> routingName) {
            return headers();
        }

        @Override
        public JsonObject meta(JsonObject capabilities) {
            return JsonObject.empty();
        }
    }

    /** Those parameters, with that in their {@code _meta} besides what they have there. */
    static JsonObject withMeta(JsonObject params, JsonObject meta) {
        if (meta.members().isEmpty()) {
            return params;
        }
        Map<String, JsonValue> all = new LinkedHashMap<>(
                params.object("_meta").orElse(JsonObject.empty()).members());
        all.putAll(meta.members());
        Map<String, JsonValue> members = new LinkedHashMap<>(params.members());
        members.put("_meta", new JsonObject(all));
        return new JsonObject(members);
    }
}
