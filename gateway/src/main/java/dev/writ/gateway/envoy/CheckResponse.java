package dev.writ.gateway.envoy;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What Envoy is told: {@code envoy.service.auth.v3.CheckResponse}.
 *
 * @see <a href="https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/auth/v3/external_auth.proto">the message</a>
 */
final class CheckResponse {

    private static final int PERMISSION_DENIED = 7;
    private static final int OVERWRITE_IF_EXISTS_OR_ADD = 2;

    private CheckResponse() {}

    /**
     * It passes the request on.
     *
     * @param headers that the upstream gets, in place of any of these names that the caller sent
     * @param removed headers that the upstream does not get
     */
    static byte[] allowed(Map<String, String> headers, List<String> removed) {
        return message(response -> {
            response.writeByteArray(1, message(status -> {}));
            response.writeByteArray(3, message(ok -> {
                write(ok, headers);
                for (String name : removed) {
                    ok.writeString(5, name);
                }
            }));
        });
    }

    /** It answers the request itself, so. */
    static byte[] denied(int status, Map<String, String> headers, byte[] body) {
        return message(response -> {
            response.writeByteArray(1, message(code -> code.writeInt32(1, PERMISSION_DENIED)));
            response.writeByteArray(2, message(denied -> {
                denied.writeByteArray(1, message(http -> http.writeEnum(1, status)));
                write(denied, headers);
                denied.writeString(3, new String(body, StandardCharsets.UTF_8));
            }));
        });
    }

    private static void write(CodedOutputStream out, Map<String, String> headers) throws IOException {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            out.writeByteArray(2, message(option -> {
                option.writeByteArray(1, message(value -> {
                    value.writeString(1, header.getKey());
                    value.writeString(2, header.getValue());
                }));
                option.writeEnum(3, OVERWRITE_IF_EXISTS_OR_ADD);
            }));
        }
    }

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.write(out);
            out.flush();
        } catch (IOException neverInMemory) {
            throw new UncheckedIOException(neverInMemory);
        }
        return bytes.toByteArray();
    }
}
