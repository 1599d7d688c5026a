package dev.writ.gateway.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonValue;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Type;
import java.util.stream.Collectors;

/**
 * Reads every JSON body: first as a strict {@link JsonValue} (no duplicate members, no lone surrogates, exact numbers, bounded
 * depth), then bound to the endpoint's record. So all endpoints refuse the same things in the same words.
 */
@Provider
@Consumes(MediaType.APPLICATION_JSON)
@Priority(Priorities.USER - 1)
public class StrictJsonReader implements MessageBodyReader<Object> {

    private final ObjectMapper mapper;
    private final WireConfig config;

    StrictJsonReader(ObjectMapper mapper, WireConfig config) {
        this.mapper = mapper;
        this.config = config;
    }

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type.isRecord();
    }

    @Override
    public Object readFrom(
            Class<Object> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        int limit = (int) Math.min(config.maxJsonSize().asLongValue(), Integer.MAX_VALUE - 1);
        // One byte more than may be there is enough to know that there is too much.
        byte[] bytes = body.readNBytes(limit + 1);
        if (bytes.length == 0) {
            throw new Problem(ProblemType.MALFORMED, "The body is empty. Send a JSON object.");
        }
        JsonValue value = JsonValue.parse(bytes, new JsonLimits(limit, config.maxJsonDepth()));
        return bind(JsonNodes.of(value), type);
    }

    private Object bind(JsonNode node, Class<Object> type) {
        try {
            return mapper.treeToValue(node, type);
        } catch (UnrecognizedPropertyException unknown) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "There is no member of that name at " + place(unknown) + ". Known members: "
                            + unknown.getKnownPropertyIds().stream()
                                    .map(String::valueOf)
                                    .sorted()
                                    .collect(Collectors.joining(", "))
                            + ".");
        } catch (JsonMappingException unfit) {
            throw refusal(unfit);
        } catch (JsonProcessingException unfit) {
            throw new Problem(ProblemType.MALFORMED, "The body does not fit. /openapi describes it.");
        }
    }

    /** A record's own constructor says best what is wrong; Jackson's messages may quote values and stay inside. */
    private static Problem refusal(JsonMappingException unfit) {
        for (Throwable cause = unfit; cause != null; cause = cause.getCause()) {
            if (cause instanceof Problem problem) {
                return problem;
            }
            if (cause instanceof InvocationTargetException && cause.getCause() == null) {
                break;
            }
        }
        return new Problem(
                ProblemType.MALFORMED,
                "The value at " + place(unfit) + " is missing or has the wrong type. /openapi describes it.");
    }

    private static String place(JsonMappingException failure) {
        String path = failure.getPath().stream()
                .map(step -> step.getFieldName() != null ? "/" + printable(step.getFieldName()) : "/" + step.getIndex())
                .collect(Collectors.joining());
        return path.isEmpty() ? "the top" : path;
    }

    private static String printable(String name) {
        String clean = name.replaceAll("[^A-Za-z0-9_.-]", "?");
        return clean.length() <= 40 ? clean : clean.substring(0, 40) + "...";
    }
}
