package dev.writ.connect.http;

import dev.writ.connect.Connector;
import dev.writ.connect.http.RecordingServer.Answer;
import dev.writ.connect.testkit.Behaviour;
import dev.writ.connect.testkit.Bench;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.ToolName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Collectors;

/** The billing connector before a {@link RecordingServer}. */
final class HttpBench implements Bench {

    private final RecordingServer server = new RecordingServer();
    private final OpenConnector open = new OpenConnector(server.url("/api"), settings -> settings);

    @Override
    public Connector connector() {
        return open.connector;
    }

    @Override
    public ToolName tool() {
        return ToolName.parse("billing.create_refund");
    }

    @Override
    public JsonObject arguments() {
        return JsonObject.builder()
                .put("customer", "c1")
                .put("amount", 18)
                .put("charge", "ch1")
                .build();
    }

    @Override
    public String credential() {
        return OpenConnector.CREDENTIAL;
    }

    @Override
    public void behave(Behaviour behaviour) {
        switch (behaviour) {
            case ACCEPT -> server.answers(Answer.json(201, "{\"id\":\"r1\"}"));
            case REFUSE -> server.answers(Answer.json(422, "{\"error\":\"unknown charge\"}"));
            case ACCEPT_AND_ECHO -> server.answers(echo(201));
            case REFUSE_AND_ECHO -> server.answers(echo(401));
            case STAY_SILENT -> server.staysSilent();
            case BREAK_OFF -> server.breaksOff();
        }
    }

    private Answer echo(int status) {
        String secret = credential();
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        JsonObject body = JsonObject.builder()
                .put(secret, "a name")
                .put("plain", "the key is " + secret + ".")
                .put("base64", Base64.getEncoder().encodeToString(bytes))
                .put("url", URLEncoder.encode(secret, StandardCharsets.UTF_8))
                .put("json", new JsonString("{\"key\":" + new JsonString(secret).toJson() + "}"))
                .build();
        String escaped = secret.chars()
                .mapToObj(unit -> String.format("\\u%04x", unit))
                .collect(Collectors.joining("", "\"", "\""));
        return Answer.json(status, "[" + body.toJson() + "," + escaped + "]")
                .with("X-Request-Id", secret)
                .with("Location", "/refunds/" + secret);
    }

    @Override
    public int requests() {
        return server.requests().size();
    }

    @Override
    public void close() {
        open.close();
        server.close();
    }
}
