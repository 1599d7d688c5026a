package dev.writ.connect.http;

import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.ToolResult.Traffic;
import dev.writ.connect.net.HeaderRules;
import dev.writ.connect.net.Redaction;
import dev.writ.model.Digest;
import dev.writ.model.JsonException;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonNull;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import io.vertx.core.MultiMap;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * What a complete answer means. The status says whether the tool did it (RFC 9110 15); the body is passed on where it can be
 * read: JSON as JSON, other text as a JSON string, nothing as null.
 */
final class AnswerReader {

    private static final int MAX_DEPTH = 64;
    private static final int MAX_ID_CHARS = 256;

    private final Redaction redaction;
    private final JsonLimits limits;
    private final AnswerForm form;

    AnswerReader(Redaction redaction, int maxBytes) {
        this(redaction, new JsonLimits(maxBytes, MAX_DEPTH), new AnswerForm.Plain());
    }

    private AnswerReader(Redaction redaction, JsonLimits limits, AnswerForm form) {
        this.redaction = redaction;
        this.limits = limits;
        this.form = form;
    }

    /** Of answers in that form. */
    AnswerReader of(AnswerForm expected) {
        return new AnswerReader(redaction, limits, expected);
    }

    /** Of the answer to a request that had this token with it. */
    AnswerReader without(String token) {
        return new AnswerReader(redaction.and(Redaction.ofToken(token)), limits, form);
    }

    /**
     * @param sent digest of the request's body
     */
    ToolResult read(int status, MultiMap headers, byte[] body, Digest sent) {
        return form.read(byStatus(status, headers, body, sent));
    }

    private ToolResult byStatus(int status, MultiMap headers, byte[] body, Digest sent) {
        Traffic traffic = new Traffic(Optional.of(sent), Optional.of(Digest.of(body)), upstreamId(status, headers));
        Optional<JsonValue> value = value(headers, body).map(redaction::scrub);
        if (status >= 200 && status < 300) {
            return value.<ToolResult>map(readable -> new Succeeded(readable, traffic))
                    .orElseGet(() -> new OutcomeUnknown(
                            "the tool answered " + status + ", so it was probably done, but its answer cannot be read",
                            traffic));
        }
        if (status < 200 || status >= 600 || isFromBetween(status)) {
            return new OutcomeUnknown(
                    "a server between Writ and the tool may have answered, with status " + status
                            + ", so nobody can tell whether it was done; find out before trying again",
                    traffic);
        }
        return new Failed(reason(status), value.filter(readable -> readable != JsonNull.NULL), traffic);
    }

    /** RFC 9110 15.6.3 and 15.6.5: these speak of a server behind the one that answers, which may have done it. */
    private static boolean isFromBetween(int status) {
        return status == 502 || status == 504;
    }

    private static String reason(int status) {
        if (status < 400) {
            return "the tool answered " + status + ", a redirect, and Writ follows none;"
                    + " the operator has to register the address it leads to";
        }
        return status < 500
                ? "the tool refused the call with status " + status + "; its answer may say what to change"
                : "the tool failed with status " + status;
    }

    /** Absent if the body is compressed or no text. */
    private Optional<JsonValue> value(MultiMap headers, byte[] body) {
        if (isEncoded(headers)) {
            return Optional.empty();
        }
        if (body.length == 0) {
            return Optional.of(JsonNull.NULL);
        }
        return isJson(headers) ? json(body).or(() -> text(body)) : text(body);
    }

    /** No encoding was asked for (RFC 9110 12.5.3). */
    private static boolean isEncoded(MultiMap headers) {
        return Optional.ofNullable(headers.get("Content-Encoding"))
                .filter(encoding -> !encoding.equalsIgnoreCase("identity"))
                .isPresent();
    }

    /** RFC 8259, RFC 6839 3.1. A body without a type is tried as JSON too, since that is what was asked for. */
    private static boolean isJson(MultiMap headers) {
        String type = headers.contains("Content-Type") ? headers.get("Content-Type") : "application/json";
        String essence = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return essence.equals("application/json") || essence.endsWith("+json");
    }

    /** Absent if it is not JSON, whatever its type says. */
    private Optional<JsonValue> json(byte[] body) {
        try {
            return Optional.of(JsonValue.parseKeepingDigits(body, limits));
        } catch (JsonException notJson) {
            return Optional.empty();
        }
    }

    private static Optional<JsonValue> text(byte[] body) {
        try {
            return Optional.of(new JsonString(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString()));
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
    }

    /** Where the created resource is (RFC 9110 10.2.2), else the id that the tool gave to the request. */
    private Optional<String> upstreamId(int status, MultiMap headers) {
        String name = status == 201 && headers.contains("Location") ? "Location" : "X-Request-Id";
        return Optional.ofNullable(headers.get(name))
                .filter(id -> id.length() <= MAX_ID_CHARS && HeaderRules.isValue(id))
                .map(redaction::scrub);
    }
}
