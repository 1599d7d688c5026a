package dev.writ.gateway.startup;

import dev.writ.gateway.export.ExportPlan;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A running gateway, which can write to the log what a command must not.
 *
 * @param key of an auditor
 */
record RecordingGateway(URI url, String key) {

    private static final Predicate<String> LOOPBACK =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]").asMatchPredicate();
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    RecordingGateway {
        boolean isHere = Optional.ofNullable(url.getHost()).filter(LOOPBACK).isPresent();
        if (!"https".equals(url.getScheme()) && !("http".equals(url.getScheme()) && isHere)) {
            throw new IllegalArgumentException(
                    "--url is https://, or http:// to this machine, as the key would be readable on the way");
        }
    }

    /** Has an export recorded; the index of the entry. */
    long record(ExportPlan plan) {
        JsonObject body = JsonObject.builder()
                .put("format", plan.format().text())
                .put("from", plan.from())
                .put("to", plan.to())
                .put("size", plan.checkpoint().size())
                .put("root", plan.checkpoint().root().value())
                .build();
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/v1/audit/exports"))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toJson()))
                .build();
        try {
            HttpResponse<String> answer = HttpClient.newBuilder()
                    .connectTimeout(TIMEOUT)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 201) {
                throw new IllegalStateException("the gateway at " + url + " answered " + answer.statusCode()
                        + " and did not record the export, so nothing was exported; --token-file must hold the key of"
                        + " an auditor");
            }
            return ((JsonObject) JsonValue.parse(answer.body()))
                    .number("index")
                    .orElseThrow()
                    .longValueExact();
        } catch (IOException unreachable) {
            throw new UncheckedIOException(
                    "the gateway at " + url + " cannot be reached, so nothing was exported", unreachable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted; nothing was exported", stopped);
        }
    }

    @Override
    public String toString() {
        return "RecordingGateway[" + url + "]";
    }
}
