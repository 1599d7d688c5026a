package dev.writ.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithName;
import io.smallrye.config.WithParentName;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/configuration.md names every setting there is. */
class ConfigurationTest {

    @Test
    void everySettingIsDocumented() throws IOException {
        String documentation = Files.readString(Path.of("..", "docs", "configuration.md"));

        assertThat(settings().toList())
                .isNotEmpty()
                .allSatisfy(setting -> assertThat(documentation).contains("`" + setting + "`"));
    }

    private static Stream<String> settings() {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.writ.gateway").stream()
                        .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
                        .map(type -> type.reflect())
                        .flatMap(type -> settings(
                                type, type.getAnnotation(ConfigMapping.class).prefix()));
    }

    private static Stream<String> settings(Class<?> type, String prefix) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .flatMap(method -> {
                    if (method.isAnnotationPresent(WithParentName.class)) {
                        ParameterizedType byName = (ParameterizedType) method.getGenericReturnType();
                        return settings((Class<?>) byName.getActualTypeArguments()[1], prefix + ".<name>");
                    }
                    String name = prefix + "." + name(method);
                    Class<?> value = method.getReturnType();
                    return value.isInterface() && value.getPackageName().startsWith("dev.writ")
                            ? settings(value, name)
                            : Stream.of(name);
                });
    }

    private static String name(Method method) {
        WithName named = method.getAnnotation(WithName.class);
        return named != null
                ? named.value()
                : method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
