package dev.writ.connect.mcp;

import dev.writ.model.JsonArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An MCP server of 2025-11-25 that is a shell script in a folder of its own. It counts its calls in the file {@code calls} and its starts
 * in {@code starts}, and does with a call what the file {@code behaviour} says, a piece of script that knows the call's {@code $id}.
 */
final class TestProgram implements AutoCloseable {

    private static final String SCRIPT = """
            echo $$ >> starts
            if [ -f broken ]; then exit 1; fi
            answer() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\\n' "$id" "$1"; }
            while IFS= read -r line; do
              id=${line#*\\"id\\":}; id=${id%%,*}
              case "$line" in
                *'"method":"server/discover"'*)
                  printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"Method not found"}}\\n' "$id" ;;
                *'"method":"initialize"'*)
                  answer '{"protocolVersion":"2025-11-25","capabilities":{"tools":{"listChanged":true}},"serverInfo":{"name":"sh","version":"1"}}' ;;
                *'"method":"tools/list"'*) answer "{\\"tools\\":$(cat tools)}" ;;
                *'"method":"tools/call"'*) echo "$id" >> calls; . ./behaviour ;;
                *'"method":"notifications/cancelled"'*) echo "$line" >> cancelled ;;
              esac
            done
            """;

    final Path folder;

    TestProgram() {
        try {
            folder = Files.createTempDirectory("writ-mcp");
            Files.writeString(folder.resolve("server.sh"), SCRIPT);
            Files.writeString(
                    folder.resolve("tools"), new JsonArray(List.of(TestServer.tool("createRefund", ""))).toJson());
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        behaves("answer '{\"content\":[]}'");
    }

    void behaves(String script) {
        write("behaviour", script);
    }

    void write(String file, String content) {
        try {
            Files.writeString(folder.resolve(file), content);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** Lines of a file that the script writes. */
    List<String> lines(String file) {
        try {
            Path path = folder.resolve(file);
            return Files.exists(path) ? Files.readAllLines(path) : List.of();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The processes whose ids are in that file. */
    boolean anyAlive(String file) {
        return lines(file).stream()
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).stream())
                .anyMatch(ProcessHandle::isAlive);
    }

    McpConnectorSettings.Builder settings() {
        return McpConnectorSettings.of(
                "files",
                new Endpoint.Command(
                        List.of("sh", "server.sh"),
                        folder,
                        Map.of("GREETING", "hello"),
                        Map.of("TOKEN", OpenMcp.CREDENTIAL)));
    }

    static McpListing listing() {
        return McpListing.parse(
                "{\"tools\":[" + TestServer.tool("createRefund", "").toJson()
                        + "],\"capabilities\":{\"tools\":{\"listChanged\":true}}}");
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
