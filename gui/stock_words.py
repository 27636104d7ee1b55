"""Qt's own words (buttons, shortcuts, file dialogs) in the language in force."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QObject, QTranslator


class StockWords(QObject):
    """Installs Qt's translation for the language, and takes the former one away."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._installed: QTranslator | None = None

    def follow(self, language: str) -> None:
        """Speak ``language`` (``pt_BR`` or ``en``, which is Qt's own and needs no file)."""
        if self._installed is not None:
            QCoreApplication.removeTranslator(self._installed)
            self._installed = None
        translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if language != "en" and translator.load(f"qtbase_{language}", folder):
            QCoreApplication.installTranslator(translator)
            self._installed = translator
