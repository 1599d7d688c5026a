package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class McpFormTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LD_PRELOAD",
                "ld_library_path",
                "DYLD_INSERT_LIBRARIES",
                "NODE_OPTIONS",
                "NODE_PATH",
                "PYTHONSTARTUP",
                "PYTHONPATH",
                "JAVA_TOOL_OPTIONS",
                "_JAVA_OPTIONS",
                "JDK_JAVA_OPTIONS",
                "BASH_ENV",
                "ENV",
                "PERL5OPT",
                "RUBYOPT",
                "GIT_SSH_COMMAND",
                "PATH",
                "CLASSPATH",
                "DOTNET_STARTUP_HOOKS"
            })
    void noVariableThatLoadsCodeIsSet(String name) {
        assertThat(McpForm.loader(Set.of("TOKEN", name)))
                .hasValueSatisfying(problem -> assertThat(problem).startsWith(name + " has a program load"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GITHUB_TOKEN", "GEMINI_API_KEY", "NODE_ENV", "DATABASE_PATH", "LANG", "OPTIONS", "OLD_TOKEN"})
    void othersAre(String name) {
        assertThat(McpForm.loader(Set.of(name))).isEmpty();
    }
}
