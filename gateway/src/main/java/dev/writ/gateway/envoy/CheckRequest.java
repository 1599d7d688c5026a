package dev.writ.gateway.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What Envoy asks about: {@code envoy.service.auth.v3.CheckRequest}, as far as it is of interest.
 *
 * @param headers by their names in lower case
 * @param path with its query, as the request has it
 * @param certificate of the caller, which the Envoy has checked, in PEM and that escaped as in URLs; empty if there is none
 * @param extensions what the operator of the Envoy says of the route
 * @see <a href="https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/auth/v3/attribute_context.proto">the message</a>
 */
record CheckRequest(
        String method,
        String scheme,
        String host,
        String path,
        Map<String, String> headers,
        ByteString body,
        String certificate,
        Map<String, String> extensions) {

    private static final int ATTRIBUTES = 1;
    private static final int SOURCE = 1;
    private static final int CERTIFICATE = 5;
    private static final int REQUEST = 4;
    private static final int EXTENSIONS = 10;
    private static final int HTTP = 2;

    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int RAW_VALUE = 3;

    /** Envoy sends as much of a body as it was told to, and says so here. */
    private static final String PARTIAL = "x-envoy-auth-partial-body";

    CheckRequest {
        headers = Map.copyOf(headers);
        extensions = Map.copyOf(extensions);
    }

    static CheckRequest read(byte[] message) {
        try {
            Message attributes = Message.read(ByteString.copyFrom(message)).message(ATTRIBUTES);
            Message http = attributes.message(REQUEST).message(HTTP);
            return new CheckRequest(
                    http.text(2),
                    http.text(6),
                    http.text(5),
                    http.text(4),
                    headers(http),
                    // Raw where Envoy is told to pack it as bytes, a text otherwise.
                    http.last(12).or(() -> http.last(11)).orElse(ByteString.EMPTY),
                    attributes.message(SOURCE).text(CERTIFICATE),
                    map(attributes.all(EXTENSIONS), VALUE));
        } catch (IOException unreadable) {
            throw new Problem(ProblemType.MALFORMED, "That is no CheckRequest.");
        }
    }

    private static Map<String, String> headers(Message http) throws IOException {
        Map<String, String> headers = new HashMap<>();
        map(http.all(3), VALUE).forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        // With encode_raw_headers they are here, one by one.
        for (ByteString each : http.message(13).all(1)) {
            Message header = Message.read(each);
            String value = header.last(RAW_VALUE).isPresent() ? header.text(RAW_VALUE) : header.text(VALUE);
            headers.merge(header.text(KEY).toLowerCase(Locale.ROOT), value, (first, second) -> first + "," + second);
        }
        return headers;
    }

    private static Map<String, String> map(List<ByteString> entries, int value) throws IOException {
        Map<String, String> map = new HashMap<>();
        for (ByteString each : entries) {
            Message entry = Message.read(each);
            map.put(entry.text(KEY), entry.text(value));
        }
        return map;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Whether the body is only a part of what was sent. */
    boolean isPartial() {
        return header(PARTIAL).filter(said -> !said.equals("false")).isPresent();
    }

    @Override
    public String toString() {
        return "CheckRequest[" + body.size() + " bytes]";
    }

    /** The texts, bytes and messages that a message has, by number. */
    private record Message(Map<Integer, List<ByteString>> fields) {

        static Message read(ByteString bytes) throws IOException {
            Map<Integer, List<ByteString>> fields = new HashMap<>();
            CodedInputStream in = bytes.newCodedInput();
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                    fields.computeIfAbsent(WireFormat.getTagFieldNumber(tag), first -> new ArrayList<>())
                            .add(in.readBytes());
                } else if (!in.skipField(tag)) {
                    throw new InvalidProtocolBufferException("a group ends that did not begin");
                }
            }
            return new Message(fields);
        }

        List<ByteString> all(int number) {
            return fields.getOrDefault(number, List.of());
        }

        Optional<ByteString> last(int number) {
            List<ByteString> all = all(number);
            return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
        }

        Message message(int number) throws IOException {
            return read(last(number).orElse(ByteString.EMPTY));
        }

        String text(int number) throws IOException {
            ByteString bytes = last(number).orElse(ByteString.EMPTY);
            if (!bytes.isValidUtf8()) {
                throw new InvalidProtocolBufferException("a text that is none");
            }
            return bytes.toStringUtf8();
        }
    }
}
