@{
    RootModule             = 'src/ComfyUI.PowerShell/Module/ComfyUI.psm1'
    ModuleVersion          = '0.1.0'
}
